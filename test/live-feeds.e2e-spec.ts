import { liveFeeds } from './suites/live-feeds';

liveFeeds('express', 'off');
liveFeeds('fastify', 'on');
