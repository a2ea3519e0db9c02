/**
 * npm hands a Ctrl-C on to the script, to which the terminal has sent it as well: what follows the
 * first signal this fast is the same key press.
 */
const ECHO_MS = 1000;

/** How often it is looked whether npm's shell is still there. */
const PARENT_INTERVAL_MS = 500;

/**
 * Makes Ctrl-C, SIGTERM and the closing of the terminal a request to stop; likewise the end of the
 * npm that runs this script.
 *
 * @param force called when a signal asks again
 * @returns a signal that is aborted by the first request
 */
export function stopRequest(force: () => void): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    controller.abort();
  };
  onSignals(stop, force);
  // The reader of the output is gone, with the terminal or as `| head`: nobody is left to serve.
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
 * A SIGTERM for npm reaches only the shell between npm and this process: the shell ends, and
 * nothing is said to this process but that it has another parent.
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
