export const providers = {
  title: 'Providers and models',
};
