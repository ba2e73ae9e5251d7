using AICodeManager.Server.FrontDoor.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Bench.Encryption;

/// <summary>A request with a query meets a server that remembers no session: the record is read and opened anew.</summary>
internal sealed class ForgettingRoutes : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        var memory = app.ApplicationServices.GetRequiredService<SessionMemory>();
        app.Use((context, following) =>
        {
            if (context.Request.QueryString.HasValue)
                memory.Clear();
            return following(context);
        });
        next(app);
    };
}
