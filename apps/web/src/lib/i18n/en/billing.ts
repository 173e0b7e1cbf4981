export const billing = {
  title: 'Balance and billing',
};
