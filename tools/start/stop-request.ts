/**
 * npm forwards a Ctrl-C to the script, which also gets it from the terminal. A signal within this time of the
 * first signal is the same key press.
 */
const ECHO_MS = 1000;

/** Interval at which the script checks that npm's shell still runs. */
const PARENT_INTERVAL_MS = 500;

/**
 * Treats Ctrl-C, SIGTERM, the closing of the terminal and the end of the npm that runs this script as a
 * request to stop.
 *
 * @param force called when a signal repeats the request
 * @returns a signal that the first request aborts
 */
export function stopRequest(force: () => void): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    controller.abort();
  };
  onSignals(stop, force);
  // The reader of the output is gone, with the terminal or as `| head`: no user is left to serve.
  process.stdout.on('error', stop);
  if (process.env.npm_lifecycle_event !== undefined) onParentEnd(stop);
  return controller.signal;
}

function onSignals(stop: () => void, force: () => void): void {
  let first: number | undefined;
  const receive = () => {
    first ??= performance.now();
    if (performance.now() - first > ECHO_MS) force();
    else stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, receive);
}

/**
 * A SIGTERM for npm reaches only the shell between npm and this process. The shell ends, and this process
 * only gets another parent.
 */
function onParentEnd(stop: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, PARENT_INTERVAL_MS);
  timer.unref();
}
