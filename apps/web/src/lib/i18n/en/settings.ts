export const settings = {
  title: 'Settings',
  platformTitle: 'Platform settings',
};
