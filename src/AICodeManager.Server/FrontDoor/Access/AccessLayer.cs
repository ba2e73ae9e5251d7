using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Access;

/// <summary>Denies what nothing allows: an endpoint that states no rule is a fault, a rule that is not met a refusal.</summary>
public sealed class AccessLayer(RequestDelegate next, Settings settings, RefusalFunnel funnel)
{
    public const string Mark = "access";

    public Task InvokeAsync(HttpContext context)
    {
        RequestTrail.Of(context).Mark(Mark);
        var endpoint = context.GetEndpoint();
        if (endpoint is null)
        {
            return funnel.AnswerAsync(context, Refusals.NotFound("no such route"));
        }

        if (endpoint is not RouteEndpoint)
        {
            // The router's own answer (405, 415): it serves nothing.
            return next(context);
        }

        var rule = endpoint.Metadata.GetMetadata<AccessRule>()
            ?? throw new InvalidOperationException($"The endpoint {endpoint.DisplayName} states no access rule.");
        var caller = Caller.Of(context);
        switch (rule.Permission)
        {
            case null:
                return next(context);
            case var _ when caller is null:
                return funnel.AnswerAsync(context, Refusals.Unauthenticated(
                    "authentication_required", "Sign in first: this route needs a bearer token."));
            case "":
                return next(context);
            default:
                var role = settings.Rbac.Roles.GetValueOrDefault(caller.Role);
                var reach = Permission.Judge(role?.Permissions ?? [], rule.Permission);
                if (reach == Reach.None)
                {
                    return funnel.AnswerAsync(context, new Refusal(403, "permission_denied", "Your role does not allow this.")
                    {
                        Detail = $"The role '{caller.Role}' lacks {rule.Permission}.",
                    });
                }

                context.Features.Set(new Grant(reach));
                return next(context);
        }
    }
}
