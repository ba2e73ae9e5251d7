using System.Text.RegularExpressions;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Forms;

/// <summary>Permissions: <c>resource:action</c> or <c>resource:action:own</c>, where resource and action may be <c>*</c>; <c>*</c> alone is everything.</summary>
internal static partial class Permissions
{
    public static readonly Form<string> Permission = new(
        "resource:action or resource:action:own in lower case, '*' for every resource or action; * alone for everything", text =>
            Pattern().IsMatch(text) ? Outcome.Of(text) : Outcome.Wrong<string>("is not a permission"));

    // "own" is no action: who writes task:own means task:*:own, and would get nothing.
    [GeneratedRegex(@"^(\*|(\*|[a-z][a-z0-9_-]{0,31}):(?!own(:|\z))(\*|[a-z][a-z0-9_-]{0,31})(:own)?)\z")]
    private static partial Regex Pattern();
}
