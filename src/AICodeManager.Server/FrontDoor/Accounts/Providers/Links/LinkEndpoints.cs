using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Accounts.Providers.Flow;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers.Links;

/// <summary>A person's links: see them, begin one, remove one.</summary>
public static class LinkEndpoints
{
    public sealed record LinkRequest(string? ReturnTo = null);

    /// <summary>Where the browser that asked must go.</summary>
    public sealed record LinkAnswer(string AuthorizeUrl);

    public sealed record LinkView(string Provider, string DisplayName, string? Email, DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt);

    public static void MapLinks(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/auth/providers", SignInEndpoints.List).OpenToAll();
        routes.MapGet("/auth/links", ListAsync).NeedsSignIn();
        routes.MapPost("/auth/links/{provider}", StartAsync).NeedsSignIn().NeedsProof(ProofLevel.Password);
        routes.MapDelete("/auth/links/{provider}", RemoveAsync).NeedsSignIn().NeedsProof(ProofLevel.Password);
    }

    internal static async Task<IResult> ListAsync(
        HttpContext context, Caller caller, LinkStore links, ProviderTable providers, CancellationToken cancel)
    {
        var held = await links.ListAsync(caller.UserId, cancel);
        LinkView[] views = [.. held.Select(l => new LinkView(
            l.Provider, providers.Find(l.Provider)?.Registration.DisplayName ?? l.Provider, l.Email, l.CreatedAt, l.LastUsedAt))];
        return new Page<LinkView>(views, null).ToResult(context, views.Length);
    }

    internal static async Task<IResult> StartAsync(
        string provider, LinkRequest? body, HttpContext context, Caller caller, ProviderTable providers, FlowStart flows, CancellationToken cancel)
    {
        if (providers.Find(provider) is not { } found)
        {
            return ProviderRefusals.UnknownProvider();
        }

        if (ReturnPath.Read(body?.ReturnTo) is not { } returnTo)
        {
            return Refusals.InvalidInput("return_to", ReturnPath.Accepted);
        }

        try
        {
            var address = await flows.BeginAsync(context, found, returnTo, new LinkIntent(caller.UserId, caller.SessionId!.Value), cancel);
            return TypedResults.Json(new LinkAnswer(address.AbsoluteUri), WireJson.Options);
        }
        catch (ProviderException failed)
        {
            return ProviderRefusals.Of(failed);
        }
    }

    internal static async Task<IResult> RemoveAsync(
        string provider, Caller caller, RequestOrigin origin, LinkStore links, GrantReturn grants, CancellationToken cancel)
    {
        var (result, tokens) = await links.UnlinkAsync(caller.UserId, provider, origin, cancel);
        switch (result)
        {
            case UnlinkResult.Absent:
                return Refusals.NotFound("no such link");
            case UnlinkResult.LastWayIn:
                return ProviderRefusals.LastSignInMethod();
            default:
                await grants.GiveBackAsync(provider, tokens, cancel);
                return TypedResults.NoContent();
        }
    }
}
