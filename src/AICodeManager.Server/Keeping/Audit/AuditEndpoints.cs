using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Keeping.Audit.Reading;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>Reading and proving the audit, for administrators.</summary>
public static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/admin/audit", AuditList.GetAsync).Needs("system:audit");
        routes.MapGet("/admin/audit/verify", VerifyEndpoint.AnswerAsync).Needs("system:audit");
    }
}
