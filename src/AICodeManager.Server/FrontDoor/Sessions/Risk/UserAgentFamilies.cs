using System.Collections.Frozen;

namespace AICodeManager.Server.FrontDoor.Sessions.Risk;

/// <summary>
/// The words that give a program away, strongest first: browsers name each other to be served alike, so of several
/// words the one that stands first here counts. Families are called as uap-core calls them, without "Mobile": a
/// browser asked for the desktop's page on a telephone is the same browser.
/// </summary>
internal static class UserAgentFamilies
{
    public const string Chrome = "Chrome";
    public const string ChromeWebView = "Chrome WebView";
    public const string InternetExplorer = "IE";
    public const string Opera = "Opera";
    public const string OperaMini = "Opera Mini";
    public const string Safari = "Safari";
    public const string SafariWebView = "Safari UI/WKWebView";
    public const string Android = "Android";

    private static readonly (string Word, string Family)[] InOrder =
    [
        // Apps that show pages within themselves: whose cookies they hold is another matter than the engine's.
        ("FBAV", "Facebook"), ("FBAN", "Facebook"), ("FB_IAB", "Facebook"), ("Instagram", "Instagram"), ("Snapchat", "Snapchat"),
        ("Line", "LINE"), ("MicroMessenger", "WeChat"), ("KAKAOTALK", "KakaoTalk"), ("NAVER", "NAVER"), ("Pinterest", "Pinterest"),
        ("GSA", "Google"), ("Slack_SSB", "Slack Desktop Client"), ("Flipboard", "Flipboard"),

        // Automation, and desktop programs made of a browser.
        ("HeadlessChrome", "HeadlessChrome"), ("PhantomJS", "PhantomJS"), ("Electron", "Electron"),

        // Browsers built on another's engine.
        ("Edg", "Edge"), ("Edge", "Edge"), ("EdgA", "Edge"), ("EdgiOS", "Edge"),
        ("OPR", Opera), ("OPT", Opera), ("OPX", Opera), ("OPiOS", OperaMini),
        ("SamsungBrowser", "Samsung Internet"), ("Vivaldi", "Vivaldi"), ("Whale", "Whale"), ("YaBrowser", "Yandex Browser"),
        ("UCBrowser", "UC Browser"), ("UBrowser", "UC Browser"), ("MQQBrowser", "QQ Browser"), ("QQBrowser", "QQ Browser"),
        ("MiuiBrowser", "MiuiBrowser"), ("HuaweiBrowser", "Huawei Browser"), ("Silk", "Amazon Silk"), ("DuckDuckGo", "DuckDuckGo"),
        ("Ddg", "DuckDuckGo"), ("Brave", "Brave"), ("Puffin", "Puffin"), ("Maxthon", "Maxthon"), ("MxBrowser", "Maxthon"),
        ("coc_coc_browser", "Coc Coc"), ("Iron", "Iron"), ("CriOS", "Chrome iOS"), ("FxiOS", "Firefox iOS"), ("Focus", "Firefox Focus"),
        ("Klar", "Firefox Focus"), ("Midori", "Midori"), ("Konqueror", "Konqueror"), ("qutebrowser", "qutebrowser"), ("QupZilla", "QupZilla"),
        ("PaleMoon", "Pale Moon"), ("Waterfox", "Waterfox"), ("SeaMonkey", "SeaMonkey"), ("IceCat", "IceCat"), ("Thunderbird", "Thunderbird"),

        // The engines' own browsers. Internet Explorer claims to be like Gecko, Chrome like Safari.
        ("IEMobile", InternetExplorer), ("MSIE", InternetExplorer), ("Trident", InternetExplorer),
        ("Opera", Opera), ("Chromium", "Chromium"), ("Chrome", Chrome), ("Firefox", "Firefox"), ("Safari", Safari),

        // Programs without pages.
        ("python-requests", "Python Requests"),
    ];

    /// <summary>Rank and family by word, whatever its case.</summary>
    public static readonly FrozenDictionary<string, (int Rank, string Family)>.AlternateLookup<ReadOnlySpan<char>> ByWord =
        InOrder.Index().ToFrozenDictionary(entry => entry.Item.Word, entry => (entry.Index, entry.Item.Family), StringComparer.OrdinalIgnoreCase)
            .GetAlternateLookup<ReadOnlySpan<char>>();
}
