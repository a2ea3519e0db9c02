import { sharedPostgres } from '../database/testing/every-postgres';
import { cheapBcrypt } from '../passwords/testing/cheap-bcrypt';
import { usersServiceSuite } from './testing/users-service.suite';

describe('UsersService', () => {
  describe('on the embedded PostgreSQL', () => {
    cheapBcrypt();
    usersServiceSuite(sharedPostgres());
  });
});
