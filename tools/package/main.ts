import { relative } from 'node:path';
import { buildPackage, packageFolder } from './build-package';

void buildPackage().then(() => {
  const folder = relative(process.cwd(), packageFolder);
  console.log(`Built the package into ${folder}. Publish it with \`npm publish ./${folder}\`.`);
});
