export const live = {
  states: {
    off: 'Paused',
    connecting: 'Connecting…',
    live: 'Connected',
    lost: 'Connection lost',
  },
  hint: 'What happens is shown here by itself. While this page is in the background, nothing is asked for.',
  lostSince: (time: string): string => `Connection lost since ${time}`,
  nextTry: (seconds: number): string => `next try in ${seconds} s`,
  trying: 'trying…',
  retryNow: 'Try now',
  back: 'Connected again',
};
