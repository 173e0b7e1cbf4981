/** What of the address opens a sheet over the lists, taken away. */
export const closedSheets = { connect: null, edit: null, model: null, routing: null, import: null };
