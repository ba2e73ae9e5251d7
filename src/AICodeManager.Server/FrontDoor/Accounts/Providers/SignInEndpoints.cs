using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Accounts.Providers.Flow;
using AICodeManager.Server.FrontDoor.Accounts.Providers.Links;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers;

/// <summary>To a provider and back (spec E: at the root, as the guide's redirect URLs are).</summary>
public static class SignInEndpoints
{
    /// <summary>A provider that people may sign in with.</summary>
    /// <param name="Start">Where the browser begins.</param>
    public sealed record ProviderView(string Name, string DisplayName, string Start);

    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        var page = routes.MapGroup("/auth").WithMetadata(new RefusalPage(ProviderPages.Refused));
        page.MapGet("/oauth/{provider}", StartAsync).OpenToAll();
        page.MapGet("/callback/{provider}", CallbackAsync).OpenToAll().Carries(FieldKind.Secret, "?code", "?state");
        page.MapPost("/oauth/complete", CompleteEndpoint.CompleteAsync).OpenToAll().Carries(FieldKind.Secret, "handle", "code");
    }

    public static IResult List(HttpContext context, ProviderTable providers)
    {
        ProviderView[] views = [.. providers.All.Select(p => p.Registration)
            .Select(r => new ProviderView(r.Name, r.DisplayName, $"/auth/oauth/{r.Name}"))];
        return new Page<ProviderView>(views, null).ToResult(context, views.Length);
    }

    internal static async Task<IResult> StartAsync(
        string provider, HttpContext context, ProviderTable providers, FlowStart flows, CancellationToken cancel)
    {
        if (providers.Find(provider) is not { } found)
        {
            return ProviderRefusals.UnknownProvider();
        }

        var query = context.Request.Query;
        if (query.ContainsKey("link"))
        {
            return Refusals.InvalidInput("link", $"must be asked for by POST /api/v1/auth/links/{found.Registration.Name}, signed in");
        }

        if (query["return_to"].Count > 1 || ReturnPath.Read(query["return_to"]) is not { } returnTo)
        {
            return Refusals.InvalidInput("return_to", ReturnPath.Accepted);
        }

        try
        {
            var address = await flows.BeginAsync(context, found, returnTo, link: null, cancel);
            return TypedResults.Redirect(address.AbsoluteUri);
        }
        catch (ProviderException failed)
        {
            return ProviderRefusals.Of(failed);
        }
    }

    internal static async Task<IResult> CallbackAsync(
        string provider, HttpContext context, ProviderTable providers, FlowEnd flows, Arrivals arrivals, LinkEnd linking,
        SecondFactorStep secondFactor, SignIns signIns, CancellationToken cancel)
    {
        if (providers.Find(provider) is not { } found)
        {
            return ProviderRefusals.UnknownProvider();
        }

        var (finished, refused) = await flows.FinishAsync(context, found, cancel);
        if (finished is not { Flow: var flow, Person: var person })
        {
            return refused!;
        }

        if (flow.Link is { } link)
        {
            return await linking.LinkAsync(context, link, found.Registration, person, cancel) is { } why
                ? await flows.FailedAsync(context, found, why, cancel)
                : ProviderPages.Continue(context, flow.ReturnTo, linked: true);
        }

        var (user, denied) = await arrivals.AdmitAsync(found.Registration, person, RequestOrigin.Of(context), cancel);
        if (user is null)
        {
            return await flows.FailedAsync(context, found, denied!, cancel);
        }

        if (user.SecondFactor)
        {
            return await secondFactor.AskAsync(user, flow, cancel);
        }

        await signIns.OpenBrowserAsync(context, user, ProofLevel.Password, $"oauth:{flow.Provider}", cancel);
        return ProviderPages.Continue(context, flow.ReturnTo);
    }
}
