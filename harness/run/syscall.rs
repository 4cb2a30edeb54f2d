//! The names of the system calls that programs wait in.

use std::ffi::c_long;

/// The call in a line of /proc/PID/task/TID/syscall: `running`, or the number and six arguments; -1 is in no call.
pub fn of(text: &str) -> Option<String> {
    let number = text.split(' ').next()?.parse::<c_long>().ok()?;
    match number {
        -1 => None,
        _ => Some(name(number).map_or_else(|| format!("number {number}"), str::to_owned)),
    }
}

/// The calls that programs wait in.
#[cfg(target_os = "linux")]
fn name(number: c_long) -> Option<&'static str> {
    macro_rules! names {
        ($($name:ident $constant:ident),* $(,)?) => {
            [$((libc::$constant, stringify!($name))),*]
        };
    }
    let names = names![
        read SYS_read, write SYS_write, readv SYS_readv, writev SYS_writev, ppoll SYS_ppoll, pselect6 SYS_pselect6,
        epoll_pwait SYS_epoll_pwait, nanosleep SYS_nanosleep, clock_nanosleep SYS_clock_nanosleep, futex SYS_futex,
        wait4 SYS_wait4, waitid SYS_waitid, rt_sigsuspend SYS_rt_sigsuspend, rt_sigtimedwait SYS_rt_sigtimedwait,
        accept SYS_accept, accept4 SYS_accept4, connect SYS_connect, recvfrom SYS_recvfrom, recvmsg SYS_recvmsg,
        sendto SYS_sendto, sendmsg SYS_sendmsg, flock SYS_flock, fcntl SYS_fcntl, fsync SYS_fsync, openat SYS_openat,
        restart_syscall SYS_restart_syscall, futex_waitv SYS_futex_waitv, io_uring_enter SYS_io_uring_enter,
        munmap SYS_munmap, mmap SYS_mmap, mprotect SYS_mprotect, exit_group SYS_exit_group, execve SYS_execve,
        tgkill SYS_tgkill, rt_sigreturn SYS_rt_sigreturn,
    ];
    #[cfg(target_arch = "x86_64")]
    let old = names![
        poll SYS_poll, select SYS_select, pause SYS_pause, epoll_wait SYS_epoll_wait, fork SYS_fork, vfork SYS_vfork,
    ];
    #[cfg(not(target_arch = "x86_64"))]
    let old = [];
    let mut all = names.into_iter().chain(old);
    all.find_map(|(known, name): (c_long, _)| (known == number).then_some(name))
}

#[cfg(not(target_os = "linux"))]
fn name(_number: c_long) -> Option<&'static str> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn system_calls_have_names() {
        let futex = format!(
            "{} 0x7f 0x109 0x0 0x0 0x0 0x0 0x7ffd 0x7f36",
            libc::SYS_futex
        );
        assert_eq!(of(&futex).as_deref(), Some("futex"));
        assert_eq!(of("9999 0x0").as_deref(), Some("number 9999"));
        assert_eq!(of("running"), None);
        assert_eq!(of("-1 0x7ffd 0x7f36"), None);
    }
}
