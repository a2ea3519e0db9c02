import { sessions } from '../suites/sessions';
import { story } from '../suites/story';

story('express');
sessions('express', 'redis');
