using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Admission;
using AICodeManager.Server.FrontDoor.Attacks;
using AICodeManager.Server.FrontDoor.ClientKeys.Cookie;
using AICodeManager.Server.FrontDoor.Csrf;
using AICodeManager.Server.FrontDoor.Edge;
using AICodeManager.Server.FrontDoor.Identity;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server;

/// <summary>
/// The order of the layers every request passes, outermost first. Nothing else in the server adds a layer.
/// </summary>
public static class RequestPipeline
{
    /// <summary>What must have marked the trail before an endpoint runs.</summary>
    public static readonly IReadOnlyList<string> Required =
    [
        EdgeLayer.Mark, RequestScanLayer.Mark, IdentityLayer.Mark, AdmissionLayer.Mark, RiskLayer.Mark, CsrfLayer.Mark, AccessLayer.Mark,
        BodyScanLayer.Mark,
    ];

    public static void UseRequestPipeline(this WebApplication app, Action<IEndpointRouteBuilder>? more = null)
    {
        app.UseMiddleware<FaultsLayer>();       // exceptions and bare statuses become problem documents
        app.UseMiddleware<EdgeLayer>();         // headers of every answer
        app.UseRouting();                       // which endpoint, and so which rule
        app.UseMiddleware<CorsLayer>();         // pages of which other origins may read the answer
        app.UseMiddleware<RequestScanLayer>();  // no attack in what every request has
        app.UseMiddleware<KeyCookieLayer>();    // a browser's request is signed with the key that its cookie holds
        app.UseMiddleware<IdentityLayer>();     // what proof does the request carry: pure computation
        app.UseMiddleware<AdmissionLayer>();    // the one exchange with shared state
        app.UseMiddleware<RiskLayer>();         // does the session still look like itself
        app.UseMiddleware<CsrfLayer>();         // did one of our pages send it
        app.UseMiddleware<AccessLayer>();       // deny what nothing allows
        app.UseMiddleware<BodyScanLayer>();     // no attack in what would be served
        app.UseMiddleware<TrailGate>(Required); // no layer was forgotten
#pragma warning disable ASP0014 // The endpoints' place in the order is the point of this file.
        app.UseEndpoints(routes =>
        {
            routes.MapRooms();
            more?.Invoke(routes);
        });
#pragma warning restore ASP0014
    }
}
