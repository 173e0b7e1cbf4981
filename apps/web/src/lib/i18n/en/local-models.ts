export const localModels = {
  title: 'Local models',
};
