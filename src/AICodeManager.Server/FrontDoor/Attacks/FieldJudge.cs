using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Attacks;

/// <summary>For a field that stands beside a file: <see cref="BodyScanLayer"/> lets uploads pass unread, so the endpoint that reads it asks.</summary>
public sealed class FieldJudge(EndpointFields fields, PatternRules patterns, AttackJudge judge)
{
    /// <summary>The refusal of a value that is an attack; null lets it be used.</summary>
    public Refusal? Judge(HttpContext context, string name, string value)
    {
        if (!judge.Looks)
            return null;
        var scanner = new RequestScanner(fields.Of(context.GetEndpoint()), patterns);
        scanner.Field(name, value);
        return scanner.Found is { } found ? judge.Judge(context, found) : null;
    }
}
