import { liveFeedEnds } from './suites/live-feed-ends';

liveFeedEnds('express');
