import { compare, hash } from 'bcrypt';
import { median } from '../measure/median';

/** Cost factor of the auth app. */
const COST = 12;

const TIMES = 5;

/** Returns the CPU time of one password check, in microseconds. */
export async function bcryptCpu(): Promise<number> {
  const password = 'correct horse battery staple';
  const stored = await hash(password, COST);
  const taken: number[] = [];
  for (let time = 0; time < TIMES; time++) {
    const before = process.cpuUsage();
    if (!(await compare(password, stored))) throw new Error('bcrypt rejects its own hash');
    const { user, system } = process.cpuUsage(before);
    taken.push(user + system);
  }
  return median(taken);
}
