/** Asks for the newest state only: one question is on its way, at most one waits, older ones are forgotten. */

export interface Follower {
  /** Something changed just now. */
  follow(): void;
}

export function makeFollower<T>(ask: () => Promise<T>, apply: (answer: T) => void, fail: (error: unknown) => void, measure: (ms: number) => void): Follower {
  let running = false;
  let changedAt: number | null = null;
  let appliedSince: number | null = null;

  /** What was applied is drawn in the next frame, and has been painted when the one after begins; what is never painted does not count. */
  function measureOncePainted(since: number): void {
    const scheduled = appliedSince !== null;
    appliedSince = since;
    if (scheduled) return;
    requestAnimationFrame(() => {
      const shown = appliedSince ?? since;
      appliedSince = null;
      requestAnimationFrame(() => measure(performance.now() - shown));
    });
  }

  async function run(): Promise<void> {
    running = true;
    while (changedAt !== null) {
      const since = changedAt;
      changedAt = null;
      try {
        apply(await ask());
        measureOncePainted(since);
      } catch (error) {
        fail(error);
      }
    }
    running = false;
  }

  return {
    follow(): void {
      changedAt = performance.now();
      if (!running) void run();
    },
  };
}
