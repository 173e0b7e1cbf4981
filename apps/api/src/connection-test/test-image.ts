/** A red square of 64 by 64 pixels: the size that the pickiest vision models still take. */
export const TEST_IMAGE_URL =
  'data:image/png;base64,' +
  'iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAMAAACdt4HsAAAAA1BMVEXcKChLAffeAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAA' +
  'G0lEQVRYw+3BgQAAAADDoPlT3+AEVQEAAAB8AxBAAAEZszF2AAAAAElFTkSuQmCC';
