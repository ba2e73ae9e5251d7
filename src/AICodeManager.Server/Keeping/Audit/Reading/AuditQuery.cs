using System.Globalization;
using System.Text.RegularExpressions;
using AICodeManager.Server.Ground.Http;
using Microsoft.Extensions.Primitives;

namespace AICodeManager.Server.Keeping.Audit.Reading;

/// <summary>What <c>GET /admin/audit</c> was asked, read strictly: a parameter that is misspelt must not widen the answer silently.</summary>
/// <param name="Format">Null for pages.</param>
/// <param name="Cursor">Where the page before ended; null at the beginning.</param>
public sealed partial record AuditQuery(AuditFilter Filter, AuditFormat? Format, bool OldestFirst, int Limit, string? Cursor)
{
    private const int MaxNames = 50, MaxResource = 400, MaxPage = 200, UsualPage = 50;

    private static readonly string[] Accepted =
    [
        "from", "to", "name", "outcome", "actor", "session", "key", "request", "address", "resource_type", "resource_id", "order", "limit", "cursor", "format",
    ];

    private static readonly string[] Outcomes = [AuditOutcome.Success, AuditOutcome.Refused, AuditOutcome.Failure];

    /// <summary>Names by which documents call an event that is recorded under another.</summary>
    public static readonly IReadOnlyDictionary<string, string> Aliases = new Dictionary<string, string> { ["login_success"] = "login" };

    /// <param name="accept">The header <c>Accept</c>; <c>format</c> wins over it.</param>
    public static (AuditQuery? Query, Refusal? Refusal) Read(IQueryCollection query, StringValues accept, IAuditSource source)
    {
        var errors = new FieldErrors();
        foreach (var (name, values) in query)
        {
            if (!Accepted.Contains(name))
                errors.Add(name.Length <= 64 ? name : "?", $"is not known; accepted are {string.Join(", ", Accepted)}");
            else if (values.Count > 1 && name != "name")
                errors.Add(name, "is given more than once; only name may be");
        }

        var reader = new Parameters(query, errors);
        var filter = new AuditFilter
        {
            From = reader.Moment("from"),
            To = reader.Moment("to"),
            Names = reader.Names(),
            Outcome = reader.OneOf("outcome", Outcomes),
            Actor = reader.Id("actor"),
            Session = reader.Id("session"),
            Key = reader.Id("key"),
            Request = reader.Matching("request", RequestPattern(), "must be 1 to 64 letters, digits or hyphens, as request_id has them"),
            Address = reader.Address(),
            ResourceType = reader.Matching("resource_type", TypePattern(), "must be 1 to 40 small letters or underscores, such as project"),
            ResourceId = reader.Text("resource_id", MaxResource),
        };
        if (filter is { From: { } from, To: { } to } && to <= from)
            errors.Add("to", "must be later than from");
        var format = query.ContainsKey("format") ? reader.OneOf("format", ["json", "jsonl", "ocsf"]) : null;
        var export = format is null ? AuditFormats.Of(accept) : AuditFormats.Named(format);
        if (export is not null && query.ContainsKey("limit"))
            errors.Add("limit", "is for pages; an export has every event that matches");
        var order = reader.OneOf("order", ["newest", "oldest"]);
        if (export is not null && order == "newest")
            errors.Add("order", "must be oldest, or left out: an export goes forward in time");
        var limit = reader.Whole("limit", 1, MaxPage) ?? UsualPage;
        var cursor = reader.Cursor(source);
        return errors.Any ? (null, errors.ToRefusal()) : (new(filter, export, export is not null || order == "oldest", limit, cursor), null);
    }

    [GeneratedRegex(@"^[A-Za-z0-9-]{1,64}\z")]
    private static partial Regex RequestPattern();

    [GeneratedRegex(@"^[a-z_]{1,40}\z")]
    private static partial Regex TypePattern();

    // Digits of the kinds that other scripts have are no digits of RFC 3339.
    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?([Zz]|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex MomentPattern();

    /// <summary>The parameters of one request; what is wrong goes to the errors.</summary>
    private sealed class Parameters(IQueryCollection query, FieldErrors errors)
    {
        public DateTimeOffset? Moment(string name)
        {
            if (Given(name) is not { } text)
                return null;
            if (MomentPattern().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment))
                return moment.ToUniversalTime();
            errors.Add(name, "must be a time of RFC 3339 such as 2026-11-03T09:00:00Z (a + of an offset is written %2B)");
            return null;
        }

        public IReadOnlyList<string> Names()
        {
            var names = query["name"].SelectMany(value => (value ?? "").Split(',')).Distinct().ToList();
            if (names.Count > MaxNames || names.Any(name => name.Length is 0 or > 100 || !name.All(c => char.IsAsciiLetterLower(c) || c == '_')))
                errors.Add("name", $"must be names of events, at most {MaxNames}, each of at most 100 small letters and underscores; several with commas, or the parameter given again");
            return [.. names.Select(name => Aliases.GetValueOrDefault(name, name)).Distinct()];
        }

        public string? OneOf(string name, string[] words)
        {
            if (Given(name) is not { } text)
                return null;
            errors.OneOf(name, text, words);
            return text;
        }

        public string? Id(string name)
        {
            if (Given(name) is not { } text)
                return null;
            if (Guid.TryParseExact(text, "D", out var id))
                return id.ToString("D");
            errors.Add(name, "must be a UUID such as 0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f");
            return null;
        }

        public string? Cursor(IAuditSource source)
        {
            if (Given("cursor") is not { } text)
                return null;
            if (source.IsCursor(text))
                return text;
            errors.Add("cursor", $"must be {source.AcceptedCursor}");
            return null;
        }

        public string? Matching(string name, Regex pattern, string accepted)
        {
            if (Given(name) is not { } text)
                return null;
            if (!pattern.IsMatch(text))
                errors.Add(name, accepted);
            return text;
        }

        public string? Text(string name, int max)
        {
            if (Given(name) is not { } text)
                return null;
            if (text.Length is 0 || text.Length > max || text.Any(char.IsControl))
                errors.Add(name, $"must be 1 to {max} characters without control characters");
            return text;
        }

        public AddressFilter? Address()
        {
            if (Given("address") is not { } text)
                return null;
            if (AddressFilter.Parse(text) is { } filter)
                return filter;
            errors.Add("address", $"must be {AddressFilter.Accepted}");
            return null;
        }

        public int? Whole(string name, int min, int max)
        {
            if (Given(name) is not { } text)
                return null;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
                return number;
            errors.Add(name, $"must be a whole number from {min} to {max}");
            return null;
        }

        private string? Given(string name) => query.TryGetValue(name, out var values) && values.Count == 1 ? values[0] ?? "" : null;
    }
}
