using System.Text.RegularExpressions;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Forms;

/// <summary>Permissions: <c>resource:action</c> or <c>resource:action:own</c>, where resource and action may be <c>*</c>.</summary>
internal static partial class Permissions
{
    public static readonly Form<string> Permission = new(
        "resource:action or resource:action:own in lower case, '*' for every resource or action (everything is *:*)", text =>
            Pattern().IsMatch(text) ? Outcome.Of(text) : Outcome.Wrong<string>("is not a permission"));

    [GeneratedRegex(@"^(\*|[a-z][a-z0-9_-]{0,31}):(\*|[a-z][a-z0-9_-]{0,31})(:own)?\z")]
    private static partial Regex Pattern();
}
