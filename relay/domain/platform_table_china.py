"""The platforms of China, one row each; CONTRIBUTING says how to add one."""

from __future__ import annotations

from relay.domain.errors import FetchReason
from relay.domain.platform_row import Platform, Refusal, Shape

GONE = FetchReason.GONE

CHINA = (
    Platform(
        key="weibo",
        names={
            "en": "Weibo",
            "zh-Hans": "微博",
            "zh-Hant": "微博",
            "he": "ווייבו",
            "ja": "微博（ウェイボー）",
            "ko": "웨이보",
            "ru": "Вэйбо",
        },
        hosts=("weibo.com", "weibo.cn"),
        short_hosts=("t.cn",),
        shapes=(
            Shape(
                r"weibo\.com/(?P<uid>\d+)/(?P<id>[A-Za-z0-9]{6,})",
                "https://weibo.com/{uid}/{id}",
            ),
            Shape(
                r"weibo\.cn/(?:status|detail)/(?P<id>[A-Za-z0-9]{6,})",
                "https://m.weibo.cn/detail/{id}",
            ),
            Shape(
                r"weibo\.com/(?:detail|status)/(?P<id>[A-Za-z0-9]{6,})",
                "https://m.weibo.cn/detail/{id}",
            ),
            Shape(
                r"weibo\.cn/\d+/(?P<id>[A-Za-z0-9]{6,})",
                "https://m.weibo.cn/detail/{id}",
            ),
            Shape(
                r"share\.api\.weibo\.cn/share/\d+,(?P<id>\d+)\.html",
                "https://m.weibo.cn/detail/{id}",
            ),
            Shape(r"weibo\.com/tv/show/(?P<id>[\d:]+)"),
            Shape(
                r"(?:h5\.)?video\.weibo\.com/show",
                "https://weibo.com/tv/show/{fid}",
                query=("fid",),
            ),
            Shape(r"weibo\.(?:com|cn)/n/(?P<handle>[^/]+)"),
        ),
        drop=(
            "from",
            "wm",
            "type",
            "mod",
            "sourcetype",
            "sudaref",
            "display",
            "luicode",
        ),
        refusals=(
            Refusal(
                titles=(
                    "Sina Visitor System",
                    "新浪通行证",
                    "微博-随时随地发现新鲜事",
                    "微博 – 随时随地发现新鲜事",
                    "随时随地发现新鲜事！微博带你欣赏世界上每一个精彩瞬间",
                    "登录 - 微博",
                    "登录 - 新浪微博",
                ),
                places=(
                    "passport.weibo.com/",
                    "passport.weibo.cn/",
                    "passport.sina.cn/",
                    "visitor.passport.weibo.cn/",
                    "login.sina.com.cn/",
                    "weibo.com/login",
                    "weibo.com/newlogin",
                ),
            ),
            Refusal(GONE, titles=("微博-出错了", "出错了")),
        ),
    ),
    Platform(
        key="wechat",
        names={
            "en": "WeChat",
            "zh-Hans": "微信公众号",
            "zh-Hant": "微信公眾號",
            "he": "WeChat",
            "ja": "WeChat（微信）",
            "ko": "위챗",
        },
        hosts=("weixin.qq.com",),
        shapes=(
            Shape(
                r"mp\.weixin\.qq\.com/s/(?P<id>[\w-]+)",
                "https://mp.weixin.qq.com/s/{id}",
            ),
            Shape(r"weixin\.qq\.com/sph/(?P<id>\w+)"),
            Shape(
                r"mp\.weixin\.qq\.com/s",
                "https://mp.weixin.qq.com/s?__biz={__biz}&mid={mid}&idx={idx}&sn={sn}",
                query=("sn", "__biz", "mid", "idx"),
            ),
            Shape(
                r"mp\.weixin\.qq\.com/s",
                "https://mp.weixin.qq.com/s?__biz={__biz}&mid={mid}&idx={idx}",
                query=("mid", "__biz", "idx"),
            ),
        ),
        drop=("chksm", "scene", "srcid", "sharer_shareid", "sharer_sharetime"),
        refusals=(
            Refusal(
                titles=(
                    "环境异常",
                    "安全验证",
                    "验证",
                    "微信公众平台",
                    "Weixin Official Accounts Platform",
                    "WeChat Official Accounts Platform",
                ),
                places=("mp.weixin.qq.com/mp/wappoc_appmsgcaptcha",),
            ),
            Refusal(
                GONE,
                titles=(
                    "该内容已被发布者删除",
                    "此内容因违规无法查看",
                    "此内容发送失败无法查看",
                    "该公众号已迁移",
                    "此账号已被屏蔽，内容无法查看",
                    "The content has been deleted by the author.",
                ),
            ),
        ),
    ),
    Platform(
        key="douyin",
        names={
            "en": "Douyin",
            "zh-Hans": "抖音",
            "zh-Hant": "抖音",
            "ja": "抖音",
            "ko": "더우인",
            "ru": "Доуинь",
        },
        hosts=("douyin.com", "iesdouyin.com"),
        short_hosts=("v.douyin.com",),
        shapes=(
            Shape(
                r"(?:ies)?douyin\.com(?:/share)?/(?P<kind>video|note|slides)/(?P<id>\d+)",
                "https://www.douyin.com/{kind}/{id}",
            ),
            Shape(
                r"douyin\.com/(?:user/[\w-]+|discover|jingxuan|search/[^/]+)",
                "https://www.douyin.com/video/{modal_id}",
                query=("modal_id",),
            ),
            Shape(r"douyin\.com/user/(?P<handle>[\w.-]+)"),
        ),
        drop=(
            "previous_page",
            "region",
            "mid",
            "u_code",
            "did",
            "iid",
            "with_sec_did",
            "titleType",
            "from_ssr",
            "timestamp",
            "share_sign",
            "share_version",
            "ts",
        ),
        refusals=(
            Refusal(
                titles=(
                    "验证码中间页",
                    "抖音-记录美好生活",
                    "抖音",
                    "抖音安全验证",
                ),
                places=("sso.douyin.com/", "douyin.com/passport"),
            ),
        ),
    ),
    Platform(
        key="xiaohongshu",
        names={
            "en": "Xiaohongshu (RedNote)",
            "zh-Hans": "小红书",
            "zh-Hant": "小紅書",
            "ja": "小紅書",
            "ko": "샤오훙수",
            "ru": "Сяохуншу",
        },
        hosts=("xiaohongshu.com", "rednote.com"),
        short_hosts=("xhslink.com", "xhslink.cn"),
        shapes=(
            Shape(
                r"(?:xiaohongshu|rednote)\.com/(?:explore|discovery/item)/"
                r"(?P<id>[0-9a-f]{16,32})",
                "https://www.xiaohongshu.com/explore/{id}",
            ),
            Shape(
                r"(?:xiaohongshu|rednote)\.com/user/profile/(?P<handle>[0-9a-f]+)"
                r"/(?P<id>[0-9a-f]{16,32})",
                "https://www.xiaohongshu.com/explore/{id}",
            ),
            Shape(r"(?:xiaohongshu|rednote)\.com/user/profile/(?P<handle>[0-9a-f]+)"),
        ),
        keep=("xsec_token", "xsec_source"),
        drop=(
            "app_platform",
            "app_version",
            "apptime",
            "appuid",
            "author_share",
            "ignoreEngage",
            "shareRedId",
            "source",
            "type",
        ),
        opens=("xsec_token", "xsec_source"),
        refusals=(
            Refusal(
                titles=(
                    "小红书 - 你的生活指南",
                    "小红书 - 你的生活兴趣社区",
                    "小红书",
                    "小红书_沉浸式体验",
                    "Security Verification",
                ),
                places=(
                    "xiaohongshu.com/login",
                    "xiaohongshu.com/website-login",
                ),
            ),
            Refusal(
                GONE,
                titles=("小红书 - 你访问的页面不见了",),
                places=("xiaohongshu.com/404",),
            ),
        ),
    ),
    Platform(
        key="bilibili",
        names={
            "en": "Bilibili",
            "zh-Hans": "哔哩哔哩",
            "zh-Hant": "嗶哩嗶哩",
            "ja": "ビリビリ動画",
            "ko": "비리비리",
        },
        hosts=("bilibili.com",),
        short_hosts=("b23.tv", "bili2233.cn", "b23.wtf"),
        shapes=(
            Shape(
                r"bilibili\.com/(?:s/)?video/(?P<id>(?:BV|av)\w+)",
                "https://www.bilibili.com/video/{id}",
            ),
            Shape(
                r"bilibili\.com/opus/(?P<id>\d+)",
                "https://www.bilibili.com/opus/{id}",
            ),
            Shape(
                r"t\.bilibili\.com/(?P<id>\d+)",
                "https://www.bilibili.com/opus/{id}",
            ),
            Shape(
                r"bilibili\.com/dynamic/(?P<id>\d+)",
                "https://www.bilibili.com/opus/{id}",
            ),
            Shape(
                r"bilibili\.com/read/(?:mobile/|cv)(?P<id>\d+)",
                "https://www.bilibili.com/read/cv{id}",
            ),
            Shape(r"space\.bilibili\.com/(?P<handle>\d+)(?:/.*)?"),
        ),
        keep=("p",),
        drop=(
            "vd_source",
            "seid",
            "from",
            "buvid",
            "is_story_h5",
            "mid",
            "plat_id",
            "unique_k",
            "timestamp",
            "bbid",
            "ts",
            "up_id",
            "jump_opus",
            "tab",
        ),
        refusals=(
            Refusal(titles=("验证码_哔哩哔哩",), places=("passport.bilibili.com/",)),
            Refusal(
                GONE,
                titles=("出错啦! - bilibili.com", "视频去哪了呢？_哔哩哔哩_bilibili"),
            ),
        ),
    ),
    Platform(
        key="zhihu",
        names={
            "en": "Zhihu",
            "zh-Hans": "知乎",
            "zh-Hant": "知乎",
            "ja": "知乎",
            "ko": "즈후",
            "ru": "Чжиху",
        },
        hosts=("zhihu.com",),
        shapes=(
            Shape(
                r"zhuanlan\.zhihu\.com/p/(?P<id>\d+)",
                "https://zhuanlan.zhihu.com/p/{id}",
            ),
            Shape(
                r"zhihu\.com/question/(?P<question>\d+)/answer/(?P<id>\d+)",
                "https://www.zhihu.com/question/{question}/answer/{id}",
            ),
            Shape(
                r"zhihu\.com/(?P<kind>pin|zvideo|question)/(?P<id>\d+)",
                "https://www.zhihu.com/{kind}/{id}",
            ),
            Shape(r"zhihu\.com/(?:people|org)/(?P<handle>[\w-]+)(?:/.*)?"),
        ),
        refusals=(
            Refusal(
                titles=(
                    "安全验证 - 知乎",
                    "知乎 - 有问题，就会有答案",
                    "知乎 - 有问题就会有答案",
                    "知乎",
                ),
                places=(
                    "zhihu.com/signin",
                    "zhihu.com/signup",
                    "zhihu.com/account/unhuman",
                ),
            ),
        ),
    ),
    Platform(
        key="douban",
        names={
            "en": "Douban",
            "zh-Hans": "豆瓣",
            "zh-Hant": "豆瓣",
            "ja": "豆瓣",
            "ko": "더우반",
            "ru": "Доубань",
        },
        hosts=("douban.com",),
        short_hosts=("douc.cc",),
        shapes=(
            Shape(
                r"douban\.com/(?:people/(?P<handle>[^/]+)/)?status/(?P<id>\d+)",
            ),
            Shape(
                r"douban\.com/(?P<kind>note|group/topic|photos/album)/(?P<id>\d+)",
                "https://www.douban.com/{kind}/{id}/",
            ),
            Shape(
                r"douban\.com/photos/photo/(?P<id>\d+)",
                "https://www.douban.com/photos/photo/{id}/",
            ),
            Shape(r"douban\.com/people/(?P<handle>[^/]+)"),
        ),
        drop=("_i", "_dtcc", "_spm_id", "dt_dapp", "start"),
        refusals=(
            Refusal(
                titles=(
                    "登录豆瓣",
                    "豆瓣",
                    "禁止访问",
                    "豆瓣 - 登录跳转页",
                    "登录跳转",
                ),
                places=("sec.douban.com/", "accounts.douban.com/", "douban.com/misc/"),
            ),
            Refusal(GONE, titles=("页面不存在", "条目不存在")),
        ),
    ),
    Platform(
        key="qq",
        names={"en": "QQ", "zh-Hans": "QQ", "zh-Hant": "QQ"},
        hosts=("qq.com",),
        short_hosts=("url.cn",),
        shapes=(
            Shape(r"v\.qq\.com/x/(?:page|cover/\w+)/(?P<id>\w+)\.html"),
            Shape(r"user\.qzone\.qq\.com/(?P<handle>\d+)(?:/.*)?"),
            Shape(r"new\.qq\.com/rain/a/(?P<id>\w+)"),
        ),
        refusals=(
            Refusal(
                titles=("QQ空间-分享生活，留住感动", "QQ空间", "QQ登录"),
                places=("i.qq.com/", "xui.ptlogin2.qq.com/", "ptlogin2.qq.com/"),
            ),
        ),
    ),
    Platform(
        key="kuaishou",
        names={
            "en": "Kuaishou",
            "zh-Hans": "快手",
            "zh-Hant": "快手",
            "ja": "快手",
            "ko": "콰이쇼우",
            "ru": "Куайшоу",
        },
        hosts=("kuaishou.com", "gifshow.com", "chenzhongtech.com"),
        short_hosts=("v.kuaishou.com",),
        shapes=(
            Shape(
                r"kuaishou\.com/short-video/(?P<id>\w+)",
                "https://www.kuaishou.com/short-video/{id}",
            ),
        ),
        refusals=(Refusal(titles=("快手", "快手-你的生活指南")),),
    ),
    Platform(
        key="lofter",
        names={"en": "LOFTER", "zh-Hans": "LOFTER（乐乎）"},
        hosts=("lofter.com",),
        shapes=(Shape(r"(?P<handle>[\w-]+)\.lofter\.com/post/(?P<id>\w+)"),),
    ),
    Platform(
        key="zcool",
        names={"en": "ZCOOL", "zh-Hans": "站酷", "zh-Hant": "站酷"},
        hosts=("zcool.com.cn",),
        shapes=(Shape(r"zcool\.com\.cn/work/(?P<id>\w+=?=?)\.html"),),
    ),
)
