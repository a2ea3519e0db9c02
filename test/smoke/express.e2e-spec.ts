import { liveFeedsOfOneUser } from '../suites/live-feeds';
import { picture } from '../suites/picture';
import { sessions } from '../suites/sessions';
import { story } from '../suites/story';

story('express');
picture('express');
sessions('express', 'redis');
liveFeedsOfOneUser('express');
