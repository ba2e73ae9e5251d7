namespace AICodeManager.Server.Ground.Http;

/// <summary>On an endpoint that people's browsers open themselves: how a refusal looks to whoever accepts <c>text/html</c>.</summary>
/// <param name="Html">The whole document. It must encode what it shows and needs no script.</param>
public sealed record RefusalPage(Func<HttpContext, Refusal, string> Html)
{
    /// <summary>The page for this request; null where a problem document is wanted.</summary>
    public static string? Of(HttpContext context, Refusal refusal) =>
        context.GetEndpoint()?.Metadata.GetMetadata<RefusalPage>() is { } page
        && context.Request.GetTypedHeaders().Accept.Any(a => a.Quality is not 0 && a.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase))
            ? page.Html(context, refusal)
            : null;
}
