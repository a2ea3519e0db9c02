import { debianPostgres, describeWithDebian } from '../database/testing/every-postgres';
import { usersServiceSuite } from './testing/users-service.suite';

describe('UsersService', () => {
  describeWithDebian('on the system PostgreSQL, with bcrypt at its real cost', () => {
    usersServiceSuite(debianPostgres());
  });
});
