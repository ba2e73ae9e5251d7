using Microsoft.AspNetCore.Http.Features;

namespace AICodeManager.Server.FrontDoor.Csrf;

/// <summary>The token as a page sends it: a header, or a field of a small form where there is no script to write one.</summary>
internal static class SentToken
{
    public const string Header = "X-CSRF-Token", Field = "_csrf_token";

    /// <summary>A form of unknown or greater length is not looked into: its page sends the header.</summary>
    private const int MaxForm = 64 * 1024, MaxFields = 32;

    /// <summary>Empty where there is none, or more than one.</summary>
    /// <remarks>The content stays to be read by the endpoint.</remarks>
    public static ValueTask<string> ReadAsync(HttpRequest request, CancellationToken cancel) => request.Headers[Header] switch
    {
        [{ } token] => new(token),
        [] when request.HasFormContentType && request.ContentLength is <= MaxForm => FieldOfAsync(request, cancel),
        _ => new(""),
    };

    private static async ValueTask<string> FieldOfAsync(HttpRequest request, CancellationToken cancel)
    {
        request.EnableBuffering(MaxForm + 1);
        try
        {
            var form = await request.ReadFormAsync(
                new FormOptions { ValueCountLimit = MaxFields, MultipartBodyLengthLimit = MaxForm, ValueLengthLimit = MaxForm }, cancel);
            return form[Field] is [{ } token] ? token : "";
        }
        catch (InvalidDataException)
        {
            // More fields than any form of ours, or none at all.
            return "";
        }
        finally
        {
            request.Body.Position = 0;
        }
    }
}
