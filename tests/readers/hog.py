"""main > level1 > level2 > hog for a second of CPU time, in each of two threads."""
import threading
import time


def hog():
    total = 0
    for number in range(100000):
        total += number
    return total


def level2():
    hog()


def level1():
    level2()


def main():
    end = time.thread_time() + 1
    while time.thread_time() < end:
        level1()


if __name__ == "__main__":
    worker = threading.Thread(target=main, name="a worker; with spaces")
    worker.start()
    main()
    worker.join()
