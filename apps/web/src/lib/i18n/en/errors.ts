export const errors = {
  title: 'Error',
};
