
// What the tests need beyond the installer's settings.
$wgArticlePath = '/wiki/$1';
$wgUsePathInfo = true;
$wgMainCacheType = CACHE_NONE;
$wgJobRunRate = 1;
$wgRateLimits = [];
$wgPasswordAttemptThrottle = [];
$wgEmailAuthentication = false; // an e-mail address given is taken as confirmed, which opens "e-mail this user"
$wgUseImageMagick = false;
$wgGroupPermissions['sysop']['deleterevision'] = true;
$wgEnableEmail = true;
$wgEnableUserEmail = true;
$wgEnotifUserTalk = false;
$wgEnotifWatchlist = false;
