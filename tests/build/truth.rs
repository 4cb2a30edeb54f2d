//! What the runtime measures, held against what others measure of the same run.

use super::bench::{bench, corpus, source};
use super::run::{named, number, run, truth};

const MS: u64 = 1_000_000;

#[test]
fn cpu_time_is_what_the_kernel_charged_the_process() {
    let bench = bench();
    let ran = run(
        &bench.build(&corpus("stack_leaf.c"), &["pie"]),
        &[("FRAMECHECK_CPU_MS", "1000")],
    );
    let truth = ran.truth.unwrap();
    let thread_ns = number(&named(&truth, "threads", "main")["cpu_ns"]);
    let phase_ns = number(&named(&truth, "phases", "cpuHog")["cpu_ns"]);
    assert!(phase_ns <= thread_ns);
    // A batch is about 0.2 ms, and a visit ends within half of one; 20 ms is a hundred.
    assert!(thread_ns.abs_diff(1000 * MS) < 20 * MS, "{thread_ns}");
    // User and system time are whole ticks of 10 ms each. What the process used beyond the run is its start,
    // some ms: 100 of them would be a tenth of all.
    let charged_ns = ran.cpu_ns;
    assert!(
        charged_ns + 20 * MS >= thread_ns,
        "{charged_ns} < {thread_ns}"
    );
    assert!(
        charged_ns <= thread_ns + 100 * MS,
        "{charged_ns} > {thread_ns}"
    );
}

/// What the case asks the kernel itself, just outside the first and the last call of the runtime.
#[test]
fn a_threads_time_is_from_its_first_call_to_its_last() {
    let case = r#"
        #define _GNU_SOURCE
        #include <stdio.h>
        #include <sys/resource.h>
        #include "framecheck.h"
        static long long used_us(void)
        {
            struct rusage usage;

            getrusage(RUSAGE_THREAD, &usage);
            return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000LL + usage.ru_utime.tv_usec +
                   usage.ru_stime.tv_usec;
        }
        static FC_FN void work(void) { FC_WORK(); }
        void run(void)
        {
            char says[32];

            for (int i = 0; i < 500; i++)
                work();
            long long begin_us = used_us();
            FC_PHASE_FIXED(first, 50000) work();
            for (int i = 0; i < 100; i++)
                work();
            FC_PHASE_FIXED(second, 50000) work();
            long long end_us = used_us();
            for (int i = 0; i < 500; i++)
                work();
            snprintf(says, sizeof says, "%lld", end_us - begin_us);
            fprintf(stderr, "%s\n", says);
        }
    "#;
    let ran = run(&bench().build(&source(case), &["pie"]), &[]);
    let truth = ran.truth.unwrap();
    let thread_ns = number(&named(&truth, "threads", "main")["cpu_ns"]);
    let says = String::from_utf8(ran.output.stderr).unwrap();
    let bracket_ns = says.trim().parse::<u64>().unwrap() * 1000;
    // The kernel's figures are cut to whole microseconds, four of them.
    assert!(thread_ns <= bracket_ns + 4000, "{thread_ns} > {bracket_ns}");
    // Between the two lie reading the environment and a few calls: microseconds. The 500 statements before and after
    // it, 50 ms at least each, are in neither.
    assert!(
        bracket_ns - thread_ns < 10 * MS,
        "{thread_ns} < {bracket_ns}"
    );
    let phases_ns: u64 = ["first", "second"]
        .map(|name| number(&named(&truth, "phases", name)["cpu_ns"]))
        .iter()
        .sum();
    // What lies between the phases is the thread's, and no phase's.
    assert!(thread_ns - phases_ns > MS, "{thread_ns} {phases_ns}");
}

/// SplitMix64, written down once more.
fn draws(seed: u64, n: usize, mean_ns: u64) -> Vec<u64> {
    let mut state = seed;
    let low_ns = mean_ns / 5;
    (0..n)
        .map(|_| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            low_ns + (z ^ (z >> 31)) % (mean_ns * 9 / 5 + 1 - low_ns)
        })
        .collect()
}

#[test]
fn lengths_are_dithered_from_the_seed() {
    let case = r#"
        #include "framecheck.h"
        static FC_FN void work(void) { FC_WORK(); }
        void run(void)
        {
            for (int i = 0; i < 20; i++)
                FC_PHASE(work, 1000) work();
            FC_PHASE_FIXED(fixed, 700) work();
        }
    "#;
    let bench = bench();
    let artefact = bench.build(&source(case), &["static"]);
    for seed in ["7", "18446744073709551615"] {
        let truth = truth(&artefact, &[("FRAMECHECK_SEED", seed)]);
        assert_eq!(truth["seed"], seed.parse::<u64>().unwrap());
        let expected = draws(seed.parse().unwrap(), 20, MS);
        let work = named(&truth, "phases", "work");
        assert_eq!(number(&work["visits"]), 20);
        assert_eq!(
            Some(&number(&work["planned_min_ns"])),
            expected.iter().min()
        );
        assert_eq!(
            Some(&number(&work["planned_max_ns"])),
            expected.iter().max()
        );
        let fixed = named(&truth, "phases", "fixed");
        assert_eq!(
            [&fixed["planned_min_ns"], &fixed["planned_max_ns"]].map(number),
            [700_000; 2]
        );
    }
    let seeds = [(); 2].map(|()| number(&truth(&artefact, &[])["seed"]));
    assert_ne!(
        seeds[0], seeds[1],
        "a seed that nobody gave is a new one in each run"
    );
}

#[test]
fn threads_draw_the_same_whatever_their_order() {
    let case = r#"
        #include <pthread.h>
        #include "framecheck.h"
        static FC_FN void work(void) { FC_WORK(); }
        static void *thread(void *name)
        {
            fc_thread_begin(name);
            for (int i = 0; i < 5; i++)
                FC_PHASE(work, 300) work();
            fc_thread_end();
            return NULL;
        }
        void run(void)
        {
            static const char *const names[] = {"a", "b"};
            pthread_t threads[2];

            fc_share(1);
            for (int i = 0; i < 2; i++) {
                pthread_create(&threads[i], NULL, thread, (void *)names[i ^ FLIPPED]);
                if (FLIPPED)
                    pthread_join(threads[i], NULL);
            }
            for (int i = 0; i < 2 && !FLIPPED; i++)
                pthread_join(threads[i], NULL);
        }
    "#;
    let bench = bench();
    let lengths = |flipped: &str| {
        let source = source(&format!("#define FLIPPED {flipped}\n{case}"));
        let truth = truth(&bench.build(&source, &["pie"]), &[("FRAMECHECK_SEED", "3")]);
        ["a", "b"].map(|name| {
            let phases = truth["phases"].as_array().unwrap();
            let phase = phases.iter().find(|phase| phase["thread"] == name).unwrap();
            [
                number(&phase["planned_min_ns"]),
                number(&phase["planned_max_ns"]),
            ]
        })
    };
    let lengths = [lengths("0"), lengths("1")];
    assert_eq!(lengths[0], lengths[1]);
    assert_ne!(lengths[0][0], lengths[0][1], "two threads have one stream");
}

/// Statements of 0.2 ms in phases of 0.5 ms: 2 of them are too few, and 3 too many, by a fifth.
#[test]
fn what_a_visit_is_too_long_or_too_short_is_made_good() {
    let case = r#"
        #include <time.h>
        #include "framecheck.h"
        static uint64_t now_ns(void)
        {
            struct timespec now;

            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
            return now.tv_sec * UINT64_C(1000000000) + now.tv_nsec;
        }
        static FC_FN void work(void)
        {
            uint64_t end_ns = now_ns() + 200000;

            while (now_ns() < end_ns)
                ;
        }
        void run(void)
        {
            for (int i = 0; i < 200; i++)
                FC_PHASE_FIXED(work, 500) work();
        }
    "#;
    let truth = truth(&bench().build(&source(case), &["pie"]), &[]);
    let cpu_ns = number(&named(&truth, "phases", "work")["cpu_ns"]);
    // 100 ms in all. Left alone, each visit would be 0.4 ms or 0.6 ms: 20 ms off. The last one may still be off.
    assert!(cpu_ns.abs_diff(100 * MS) < 5 * MS, "{cpu_ns}");
}

/// The case counts the calls: it defines the function that the runtime asks.
#[test]
fn the_clock_is_asked_seldom() {
    let case = r#"
        #define _GNU_SOURCE
        #include <stdio.h>
        #include <sys/syscall.h>
        #include <time.h>
        #include <unistd.h>
        #include "framecheck.h"
        static int asked;
        int clock_gettime(clockid_t clock, struct timespec *now)
        {
            asked++;
            return syscall(SYS_clock_gettime, clock, now);
        }
        static FC_FN void work(void) { FC_WORK(); }
        void run(void)
        {
            char says[32];

            for (int i = 0; i < 100; i++)
                FC_PHASE_FIXED(visit, 1000) work();
            snprintf(says, sizeof says, "%d", asked);
            fc_self("visits", 1, says);
            asked = 0;
            FC_PHASE_FIXED(stretch, 500000) work();
            snprintf(says, sizeof says, "%d", asked);
            fc_self("stretch", 1, says);
        }
    "#;
    let truth = truth(&bench().build(&source(case), &["pie"]), &[]);
    let asked = |name| {
        named(&truth, "self", name)["says"]
            .as_str()
            .unwrap()
            .parse::<u32>()
            .unwrap()
    };
    // Twice a visit, when it begins and when it ends; once or twice more where statements took unequal time.
    assert!((200..400).contains(&asked("visits")), "{}", asked("visits"));
    // About 3000 statements to 16 of them, an eighth at a time: ln(3000/16) / ln(8/7) = 40, and some.
    assert!(
        (10..100).contains(&asked("stretch")),
        "{}",
        asked("stretch")
    );
}
