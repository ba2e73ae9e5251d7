namespace AICodeManager.Server.Ground.Http;

/// <summary>An endpoint whose requests are not judged by whose page sent them, whatever they change.</summary>
/// <param name="Why">What protects it instead.</param>
public sealed record CsrfExempt(string Why);

/// <summary>The words with which endpoints say so. A test lists every one that does.</summary>
public static class CsrfRules
{
    public static TBuilder ExemptFromCsrf<TBuilder>(this TBuilder endpoint, string why) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new CsrfExempt(why));
}
