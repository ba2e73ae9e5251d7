using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.ClientKeys;
using AICodeManager.Server.Ground.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AICodeManager.Tests.BrowserKeys;

/// <summary>What the browser is shown: the module as it lies in the sources, a bare page, an echo, and a stand-in for the BFF's routes.</summary>
internal static class BrowserPages
{
    /// <summary>The strictest policy under which a page with scripts can talk to its server.</summary>
    private const string Policy = "default-src 'none'; script-src 'self'; connect-src 'self'";

    private const string CookieName = "test_cookie_key", Token = "of-the-stand-in";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/browser-test");
        pages.MapGet("/{file}", Show).OpenToAll();
        // Stand-ins: they have a token of their own.
        pages.Map("/echo", (Delegate)EchoAsync).OpenToAll().ExemptFromCsrf("a test's");
        pages.MapGet("/moved", () => TypedResults.Redirect("/browser-test/echo")).OpenToAll();
        pages.MapGet("/bff/key", (HttpContext context) => context.Request.Cookies[CookieName] is null
            ? Results.Problem(statusCode: 404, extensions: new Dictionary<string, object?> { ["code"] = "no_cookie_key" })
            : Held()).OpenToAll();
        pages.MapPost("/bff/key", (HttpContext context) =>
        {
            context.Response.Cookies.Append(CookieName, "1", new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict });
            return Held();
        }).OpenToAll().ExemptFromCsrf("a test's");
    }

    private static IResult Held() => Results.Json(new { key_id = "11111111-1111-7111-8111-111111111111", csrf_token = Token });

    private static IResult Show(string file, HttpContext context)
    {
        var here = Sources();
        var found = new[] { Path.Combine(here, "src/browser-keys", file), Path.Combine(here, "tests/browser", file) }.FirstOrDefault(File.Exists);
        context.Response.Headers.ContentSecurityPolicy = Policy;
        return found is null ? Results.NotFound() : Results.File(found, file.EndsWith(".js", StringComparison.Ordinal) ? "text/javascript" : "text/html");
    }

    /// <summary>What of a request arrived. In cookie mode it refuses, like the BFF, what changes something without its token.</summary>
    private static async Task<IResult> EchoAsync(HttpContext context)
    {
        var request = context.Request;
        var signedBy = CurrentKey.Of(context)?.Key.Id;
        var token = request.Headers["X-CSRF-Token"].ToString();
        if (signedBy is null && request.Cookies[CookieName] is not null && !HttpMethods.IsGet(request.Method) && token != Token)
        {
            return Results.Problem(statusCode: 403, extensions: new Dictionary<string, object?> { ["code"] = "csrf_invalid" });
        }

        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, context.RequestAborted);
        return Results.Json(new
        {
            signed_by = signedBy, csrf_token = token, signed = request.Headers.ContainsKey("Signature"), method = request.Method,
            content_type = request.ContentType, digest = request.Headers["Content-Digest"].ToString(), length = body.Length,
            sha256 = Convert.ToBase64String(SHA256.HashData(body.ToArray())), text = System.Text.Encoding.UTF8.GetString(body.ToArray()),
        });
    }

    private static string Sources([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
