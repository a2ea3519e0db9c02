import { Comment, Converter, ReflectionKind } from 'typedoc';

/** Comments of the methods that Nest's `ConfigurableModuleBuilder` gives to a module. */
const COMMENTS = {
  forRoot: 'Imports the module with these options.',
  forRootAsync: 'Imports the module with options that a factory, a class or a provider returns.',
};

/**
 * Plugin of TypeDoc: shows dynamic modules with the options that they take, without the class of Nest's
 * builder that they extend.
 *
 * @param {import('typedoc').Application} app
 */
export function load(app) {
  const showOptions = ({ project }) => {
    for (const reflection of project.getReflectionsByKind(ReflectionKind.Class)) {
      if (!reflection.extendedTypes?.some(({ name }) => name === 'ConfigurableModuleClass'))
        continue;
      reflection.extendedTypes = undefined;
      reflection.typeHierarchy = undefined;
      reflection.indexSignatures = undefined;
      for (const method of reflection.children ?? []) {
        method.inheritedFrom = undefined;
        const text = COMMENTS[method.name];
        if (text !== undefined) method.comment = new Comment([{ kind: 'text', text }]);
      }
    }
  };
  // After TypeDoc's own listeners, which build the hierarchy.
  app.converter.on(Converter.EVENT_RESOLVE_END, showOptions, -1_000);
}
