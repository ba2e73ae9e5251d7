using System.Text;
using AICodeManager.Server.Ground.Http;
using Microsoft.Net.Http.Headers;

namespace AICodeManager.Server.FrontDoor.Edge;

/// <summary>
/// What every answer carries (<see cref="SecurityHeaders"/>). And what no endpoint could read is refused before any is
/// asked.
/// </summary>
public sealed class EdgeLayer(RequestDelegate next, SecurityHeaders security, RefusalFunnel funnel)
{
    public const string Mark = "edge";

    public Task InvokeAsync(HttpContext context)
    {
        RequestTrail.Of(context).Mark(Mark);
        security.Apply(context);
        return context.Request.ContentType is { } type && NamesUnknownCharset(type)
            ? funnel.AnswerAsync(context, new Refusal(415, "unsupported_media_type", "This route does not take that content type.")
            {
                Detail = "The charset is not known here; JSON is UTF-8.",
            })
            : next(context);
    }

    // The framework's reader of JSON throws for these as if the server were at fault.
    private static bool NamesUnknownCharset(string type)
    {
        if (!type.Contains("charset", StringComparison.OrdinalIgnoreCase)
            || !MediaTypeHeaderValue.TryParse(type, out var parsed)
            || !parsed.Charset.HasValue)
        {
            return false;
        }

        try
        {
            return Encoding.GetEncoding(HeaderUtilities.RemoveQuotes(parsed.Charset).Value!) is null;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
