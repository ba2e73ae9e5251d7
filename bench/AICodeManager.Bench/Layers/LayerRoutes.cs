using AICodeManager.Server.FrontDoor.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace AICodeManager.Bench.Layers;

/// <summary>
/// For each layer a path that passes the layers up to it and is answered there: <c>/layers/0</c> none, <c>/layers/1</c> the
/// outermost, and so on. What the next one costs more is that layer's cost.
/// </summary>
internal sealed class LayerRoutes : IStartupFilter
{
    private const string Prefix = "/layers/";
    private const string Routing = "routing";

    // The order of RequestPipeline. Layers that this version does not have are left out; one that is missing here is a fault.
    private static readonly string[] Order =
    [
        "FaultsLayer", "EdgeLayer", "GuardLayer", Routing, "CorsLayer", "RequestScanLayer", "KeyCookieLayer", "IdentityLayer", "AdmissionLayer",
        "RiskLayer", "CsrfLayer", "AccessLayer", "BodyScanLayer",
    ];

    private static readonly Dictionary<string, Type> Types = typeof(Server.RequestPipeline).Assembly.GetTypes()
        .Where(type => type.Name.EndsWith("Layer", StringComparison.Ordinal) && type is { IsClass: true, IsAbstract: false, IsNested: false })
        .Where(type => type.GetMethod("InvokeAsync") is not null && !type.Namespace!.Contains(".Bff", StringComparison.Ordinal))
        .ToDictionary(type => type.Name);

    /// <summary>The layers that there are, outermost first.</summary>
    public static IReadOnlyList<string> Names { get; } = Types.Keys.Except(Order).FirstOrDefault() is { } unknown
        ? throw new BenchException($"{unknown} is a layer whose place is not known here; say it in LayerRoutes.")
        : [.. Order.Where(name => name == Routing || Types.ContainsKey(name))];

    /// <summary>The path that is answered behind so many layers.</summary>
    public static string PathBehind(int layers) => $"{Prefix}{layers}";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        RequestDelegate[] behind = [.. Enumerable.Range(0, Names.Count + 1).Select(count => Behind(app.New(), count))];
        app.Use((HttpContext context, RequestDelegate following) =>
            context.Request.Path.Value is { } path && path.StartsWith(Prefix, StringComparison.Ordinal)
                && int.TryParse(path.AsSpan(Prefix.Length), out var count) && count < behind.Length
                ? behind[count](context)
                : following(context));
        next(app);
    };

    private static RequestDelegate Behind(IApplicationBuilder branch, int count)
    {
        foreach (var name in Names.Take(count))
        {
            if (name == Routing)
                branch.UseRouting();
            else
                branch.UseMiddleware(Types[name]);
        }

        branch.Run(context =>
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync("ok");
        });
        if (Names.Take(count).Contains(Routing))
        {
            // Never reached, but found: the layers behind read the route's rules.
#pragma warning disable ASP0014 // Outside of the server's own endpoints is the point.
            branch.UseEndpoints(routes => routes.MapGet(PathBehind(count), () => "ok").Needs("workspace:read"));
#pragma warning restore ASP0014
        }

        return branch.Build();
    }
}
