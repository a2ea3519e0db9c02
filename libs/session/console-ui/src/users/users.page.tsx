import { useRouter } from '../router/router';
import { UserDetails } from './user-details';
import { UserList } from './user-list';

/** The list of users, or one user. */
export default function UsersPage() {
  const { name } = useRouter();
  return name === null ? <UserList /> : <UserDetails key={name} name={name} />;
}
