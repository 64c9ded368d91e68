/** Azurite comes without types. Its modules are CommonJS: the default is all that one exports. */
declare module 'azurite/dist/src/*' {
  const exported: { default: unknown };
  export default exported;
}
