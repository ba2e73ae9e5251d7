using System.Globalization;

namespace AICodeManager.Server.FrontDoor.Sessions.Risk;

/// <summary>
/// The program that a <c>User-Agent</c> header names. The header proves nothing; it is read to notice that another
/// program goes on with a session. One pass over at most 512 characters, no patterns.
/// </summary>
/// <param name="Family">Such as <c>Chrome</c>; empty where no program was named.</param>
/// <param name="Major">First number of the version; null where there is none.</param>
public readonly record struct UserAgent(string Family, int? Major)
{
    /// <summary>Characters that are read; what follows is left out of account.</summary>
    public const int MaxLength = 512;

    private const int MaxFamilyLength = 64;
    private const int MaxMajorDigits = 6;
    private const string Unknown = "Other";

    /// <summary>Whether no header was sent, or a blank one.</summary>
    public bool IsAbsent => string.IsNullOrEmpty(Family);

    public static UserAgent Parse(string? text)
    {
        var header = text.AsSpan(0, Math.Min(text?.Length ?? 0, MaxLength)).Trim();
        if (header.IsEmpty)
            return new UserAgent("", null);

        var scan = new UserAgentScan(header);
        if (!scan.Robot.IsEmpty)
            return Named(scan.Robot, scan.RobotVersion);
        if (scan.Family is not null)
            return Browser(scan);
        if (scan is { HasWebKit: true, IsAppleDevice: true })
            return new UserAgent(UserAgentFamilies.SafariWebView, Number(scan.Ios));
        if (!header.StartsWith("Mozilla/", StringComparison.OrdinalIgnoreCase))
            return Program(header);
        return scan.LastProduct.IsEmpty ? new UserAgent(Unknown, null) : Named(scan.LastProduct, scan.LastProductVersion);
    }

    /// <summary>Whether both name the same program, in whatever version. Two absent headers do.</summary>
    public bool IsSameFamily(UserAgent other) => string.Equals(Family ?? "", other.Family ?? "", StringComparison.OrdinalIgnoreCase);

    public override string ToString() =>
        IsAbsent ? "" : Major is { } major ? string.Create(CultureInfo.InvariantCulture, $"{Family} {major}") : Family;

    private static UserAgent Browser(in UserAgentScan scan) => scan.Family switch
    {
        // A page shown by an app: Android says "wv", and before that a version of its own.
        UserAgentFamilies.Chrome when scan.IsWebView || (scan.HasVersion && scan.HasAndroid) =>
            new(UserAgentFamilies.ChromeWebView, Number(scan.FamilyVersion)),
        // What its pages pretend to be is not what it is: Trident 4 came with version 8, and so on up to 11.
        UserAgentFamilies.InternetExplorer when Number(scan.Trident) is { } engine and >= 4 =>
            new(UserAgentFamilies.InternetExplorer, Math.Min(engine + 4, 11)),
        // From 10 on it said 9.80 there, because sites could not count to two digits.
        UserAgentFamilies.Opera when scan.HasVersion => new(UserAgentFamilies.Opera, Number(scan.Version)),
        UserAgentFamilies.Safari when scan.HasAndroid => new(UserAgentFamilies.Android, Number(scan.Android)),
        // The number behind Safari is the engine's.
        UserAgentFamilies.Safari => new(UserAgentFamilies.Safari, Number(scan.Version)),
        { } family => new(family, Number(scan.FamilyVersion)),
        null => new(Unknown, null),
    };

    /// <summary>Programs that name themselves first: <c>curl/8.5.0</c>, <c>Debian APT-HTTP/1.3 (…)</c>.</summary>
    private static UserAgent Program(ReadOnlySpan<char> header)
    {
        var end = header.IndexOfAny("/;(,");
        var name = end < 0 ? header : header[..end];
        var version = end >= 0 && header[end] == '/' ? header[(end + 1)..] : default;
        for (var blank = name.IndexOf(' '); blank > 0 && blank + 1 < name.Length;)
        {
            if (char.IsAsciiDigit(name[blank + 1]))
            {
                version = name[(blank + 1)..];
                name = name[..blank];
                break;
            }
            var next = name[(blank + 1)..].IndexOf(' ');
            blank = next < 0 ? -1 : blank + 1 + next;
        }
        return name.Trim().IsEmpty ? new UserAgent(Unknown, null) : Named(name.Trim(), version);
    }

    private static UserAgent Named(ReadOnlySpan<char> name, ReadOnlySpan<char> version) =>
        new(name[..Math.Min(name.Length, MaxFamilyLength)].ToString(), Number(version));

    private static int? Number(ReadOnlySpan<char> version)
    {
        if (version is ['v' or 'V', ..])
            version = version[1..];
        var digits = 0;
        while (digits < version.Length && char.IsAsciiDigit(version[digits]))
            digits++;
        return digits is > 0 and <= MaxMajorDigits ? int.Parse(version[..digits], CultureInfo.InvariantCulture) : null;
    }
}
