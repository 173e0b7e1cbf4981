const POLL_MS = 500;

/**
 * Ends this process, as if by SIGTERM, when the npm command that started it is gone: npm passes SIGTERM on, but not
 * `kill -9`. The package scripts begin with `exec`, so that npm and not a shell is the parent. A process
 * started without npm may outlive its shell on purpose (nohup), so it is left alone.
 */
export function stopWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, POLL_MS);
  timer.unref();
}
