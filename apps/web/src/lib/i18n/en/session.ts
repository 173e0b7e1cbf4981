export const session = {
  title: 'Sign in again to go on',
  text: 'Your session has ended. Nothing on this page is lost: it goes on where you were.',
  other: 'Not you?',
  otherLink: 'Sign in as somebody else',
  lost: 'The server does not answer. What you have typed stays here, and the page goes on by itself once it is back.',
  regained: 'The server answers again.',
  demoted: 'You are no longer an administrator. Ask one if you need this page.',
  promoted: 'You are an administrator now.',
};
