using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Sessions.Risk;

/// <summary>One pass over a User-Agent, word by word (RFC 9110 section 10.1.5: products with versions, and comments).</summary>
internal ref struct UserAgentScan
{
    private static readonly SearchValues<char> Separators = SearchValues.Create(" \t;,()[]{}<>\"+");

    private int rank = int.MaxValue;
    private bool wantsVersion;
    private bool wantsAndroid;
    private bool wantsIos;
    private readonly int depth;

    public UserAgentScan(ReadOnlySpan<char> text)
    {
        var previous = ReadOnlySpan<char>.Empty;
        var adjacent = false;
        while (text.Length > 0)
        {
            var end = text.IndexOfAny(Separators);
            var word = end < 0 ? text : text[..end];
            if (word.Length > 0)
            {
                Take(word, previous, adjacent);
                previous = word;
                adjacent = true;
            }
            if (end < 0)
                break;
            depth += text[end] switch { '(' or '[' => 1, ')' or ']' when depth > 0 => -1, _ => 0 };
            // Only one blank joins a name to the version after it: "MSIE 7.0", but not "Android; 4.1".
            adjacent = adjacent && word.Length > 0 && text[end] is ' ' or '+';
            text = text[(end + 1)..];
        }
    }

    /// <summary>The strongest word's family; null where none was known.</summary>
    public string? Family { get; private set; }

    public ReadOnlySpan<char> FamilyVersion { get; private set; }

    /// <summary>A robot's own name.</summary>
    public ReadOnlySpan<char> Robot { get; private set; }

    public ReadOnlySpan<char> RobotVersion { get; private set; }

    /// <summary>Of the word <c>Version</c>, where Safari and old Opera tell theirs.</summary>
    public ReadOnlySpan<char> Version { get; private set; }

    public ReadOnlySpan<char> Trident { get; private set; }

    public ReadOnlySpan<char> Android { get; private set; }

    public ReadOnlySpan<char> Ios { get; private set; }

    /// <summary>The last product outside comments that is nobody's engine.</summary>
    public ReadOnlySpan<char> LastProduct { get; private set; }

    public ReadOnlySpan<char> LastProductVersion { get; private set; }

    public bool HasVersion { get; private set; }

    public bool HasAndroid { get; private set; }

    public bool HasWebKit { get; private set; }

    public bool IsAppleDevice { get; private set; }

    public bool IsWebView { get; private set; }

    private void Take(ReadOnlySpan<char> word, ReadOnlySpan<char> previous, bool adjacent)
    {
        var slash = word.IndexOf('/');
        var name = slash < 0 ? word : word[..slash];
        var version = slash < 0 ? default : word[(slash + 1)..];
        if (slash < 0 && adjacent && char.IsAsciiDigit(name[0]))
            TakeLooseVersion(name);
        (wantsVersion, wantsAndroid, wantsIos) = (false, false, false);

        if (slash > 0 && IsRobot(name) && Robot.IsEmpty)
        {
            Robot = name;
            RobotVersion = version;
        }
        else if (name.Equals("Mini", StringComparison.OrdinalIgnoreCase) && previous.Equals("Opera", StringComparison.OrdinalIgnoreCase))
            Found(0, UserAgentFamilies.OperaMini, version);
        else if (UserAgentFamilies.ByWord.TryGetValue(name, out var known))
            Found(known.Rank, known.Family, version);
        else if (version.IndexOf('/') is > 0 and var second && UserAgentFamilies.ByWord.TryGetValue(version[..second], out known))
            Found(known.Rank, known.Family, version[(second + 1)..]); // "XiaoMi/MiuiBrowser/10.3"
        TakeHint(name, version);
        if (depth == 0 && slash > 0 && !IsEngine(name))
        {
            LastProduct = name;
            LastProductVersion = version;
        }
    }

    private void Found(int newRank, string family, ReadOnlySpan<char> version)
    {
        if (newRank > rank || (newRank == rank && !FamilyVersion.IsEmpty))
            return;
        (rank, Family, wantsVersion) = (newRank, family, version.IsEmpty);
        FamilyVersion = version;
    }

    private void TakeLooseVersion(ReadOnlySpan<char> version)
    {
        if (wantsVersion)
            FamilyVersion = version;
        if (wantsAndroid)
            Android = version;
        if (wantsIos)
            Ios = version;
    }

    private void TakeHint(ReadOnlySpan<char> name, ReadOnlySpan<char> version)
    {
        switch (name)
        {
            case "Version":
                HasVersion = true;
                Version = version;
                break;
            case "Trident":
                Trident = version;
                break;
            case "Android":
                (HasAndroid, wantsAndroid) = (true, true);
                Android = version;
                break;
            case "OS":
                wantsIos = true;
                break;
            case "iPhone" or "iPad" or "iPod":
                IsAppleDevice = true;
                break;
            case "wv":
                IsWebView = true;
                break;
            case "AppleWebKit":
                HasWebKit = true;
                break;
            default:
                break;
        }
    }

    private static bool IsEngine(ReadOnlySpan<char> name) =>
        name is "Mozilla" or "AppleWebKit" or "Gecko" or "KHTML" or "Version" or "Mobile" or "Presto" or "Trident" or "Goanna";

    private static bool IsRobot(ReadOnlySpan<char> name) =>
        name.EndsWith("bot", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith("spider", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith("crawler", StringComparison.OrdinalIgnoreCase);
}
