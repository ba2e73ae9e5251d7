using System.Text.Json;

namespace AICodeManager.Server.Keeping.Audit.Reading;

/// <summary>
/// Writes an event in the form of the Open Cybersecurity Schema Framework, version 1.3.0, for programs that collect from many
/// products. What the schema has no attribute for stands under <c>unmapped</c>: nothing is lost on the way.
/// </summary>
internal static class OcsfEvent
{
    public const string SchemaVersion = "1.3.0";

    private const string Product = "AICode Manager", Service = "aicli-web";

    private static readonly string ProductVersion = typeof(OcsfEvent).Assembly.GetName().Version!.ToString(3);

    public static void Write(Utf8JsonWriter writer, AuditEntry row)
    {
        var kind = OcsfMap.Of(row);
        writer.WriteStartObject();
        Classification(writer, row, kind);
        Metadata(writer, row);
        switch (kind.Class)
        {
            case OcsfMap.Authentication:
                Subject(writer, row);
                Named(writer, "service", "name", Service);
                if (row.SessionId is { } session)
                    Named(writer, "session", "uid", session);
                writer.WriteBoolean("is_remote", row.Address is not null);
                break;
            case OcsfMap.AccountChange:
                Subject(writer, row);
                break;
            case OcsfMap.DetectionFinding:
                Finding(writer, row);
                break;
            default:
                Api(writer, row);
                break;
        }

        Actor(writer, row);
        // An event of the server itself comes from no address; the schema wants at least one name of the endpoint.
        if (row.Address is { } address)
            Named(writer, "src_endpoint", "ip", address);
        else
            Named(writer, "src_endpoint", "svc_name", Service);
        Resource(writer, row);
        Unmapped(writer, row);
        writer.WriteEndObject();
    }

    private static void Classification(Utf8JsonWriter writer, AuditEntry row, OcsfKind kind)
    {
        writer.WriteNumber("class_uid", kind.Class);
        writer.WriteNumber("category_uid", kind.Class / 1000);
        writer.WriteNumber("activity_id", kind.Activity);
        writer.WriteString("activity_name", kind.ActivityName);
        writer.WriteNumber("type_uid", (kind.Class * 100L) + kind.Activity);
        writer.WriteNumber("severity_id", kind.Severity);
        writer.WriteNumber("time", AuditLine.At(row).ToUnixTimeMilliseconds());
        writer.WriteString("message", $"{row.Name.Replace('_', ' ')}: {row.Outcome}");
        // Of a finding it is the state of its handling, of everything else how it ended.
        var (status, caption) = kind.Class == OcsfMap.DetectionFinding ? (1, "New") : row.Outcome == AuditOutcome.Success ? (1, "Success") : (2, "Failure");
        writer.WriteNumber("status_id", status);
        writer.WriteString("status", caption);
        if (row.Reason is { } reason)
            writer.WriteString("status_code", reason);
    }

    private static void Metadata(Utf8JsonWriter writer, AuditEntry row)
    {
        writer.WriteStartObject("metadata");
        writer.WriteString("version", SchemaVersion);
        writer.WriteStartObject("product");
        writer.WriteString("name", Product);
        writer.WriteString("vendor_name", Product);
        writer.WriteString("version", ProductVersion);
        writer.WriteEndObject();
        writer.WriteString("uid", row.Id);
        writer.WriteString("event_code", row.Name);
        writer.WriteString("log_name", "audit");
        writer.WriteString("correlation_uid", row.RequestId);
        writer.WriteString("original_time", AuditLine.At(row));
        writer.WriteEndObject();
    }

    // The account that it was about; where nobody knows which, the schema still wants a user.
    private static void Subject(Utf8JsonWriter writer, AuditEntry row)
    {
        writer.WritePropertyName("user");
        User(writer, row.ResourceType == "user" && row.ResourceId is { } user ? user : row.ActorId);
    }

    private static void User(Utf8JsonWriter writer, string? id)
    {
        writer.WriteStartObject();
        if (id is not null)
            writer.WriteString("uid", id);
        else
            writer.WriteString("name", "unknown");
        writer.WriteNumber("type_id", id is null ? 0 : 1);
        writer.WriteEndObject();
    }

    private static void Actor(Utf8JsonWriter writer, AuditEntry row)
    {
        writer.WriteStartObject("actor");
        if (row.ActorId is null && row.Address is null)
        {
            writer.WriteString("app_name", Service);
        }
        else
        {
            writer.WritePropertyName("user");
            User(writer, row.ActorId);
        }

        if (row.SessionId is { } session)
            Named(writer, "session", "uid", session);
        writer.WriteEndObject();
    }

    private static void Finding(Utf8JsonWriter writer, AuditEntry row)
    {
        writer.WriteStartObject("finding_info");
        writer.WriteString("uid", row.Id);
        writer.WriteString("title", row.Name.Replace('_', ' '));
        writer.WriteNumber("created_time", AuditLine.At(row).ToUnixTimeMilliseconds());
        writer.WriteStartArray("types");
        writer.WriteStringValue(row.Name);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Api(Utf8JsonWriter writer, AuditEntry row)
    {
        writer.WriteStartObject("api");
        writer.WriteString("operation", row.Name);
        Named(writer, "request", "uid", row.RequestId);
        Named(writer, "service", "name", Service);
        writer.WriteEndObject();
        if (row is not { ResourceType: "route", ResourceId: { } route })
            return;
        var space = route.IndexOf(' ');
        writer.WriteStartObject("http_request");
        writer.WriteString("http_method", space > 0 ? route[..space] : route);
        Named(writer, "url", "path", space > 0 ? route[(space + 1)..] : "/");
        writer.WriteEndObject();
    }

    private static void Resource(Utf8JsonWriter writer, AuditEntry row)
    {
        if (row.ResourceType is null or "route" || row.ResourceId is null)
            return;
        writer.WriteStartArray("resources");
        writer.WriteStartObject();
        writer.WriteString("type", row.ResourceType);
        writer.WriteString("uid", row.ResourceId);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void Unmapped(Utf8JsonWriter writer, AuditEntry row)
    {
        writer.WriteStartObject("unmapped");
        writer.WriteString("outcome", row.Outcome);
        if (row.KeyId is { } key)
            writer.WriteString("key_id", key);
        if (row.Details is not null)
        {
            writer.WritePropertyName("details");
            AuditLine.Details(writer, row.Details);
        }

        if (row.ChainId is { } chain)
        {
            writer.WriteString("chain_id", chain);
            writer.WriteNumber("sequence", row.Sequence ?? 0);
            writer.WriteString("link", row.Link);
        }

        writer.WriteEndObject();
    }

    private static void Named(Utf8JsonWriter writer, string member, string name, string value)
    {
        writer.WriteStartObject(member);
        writer.WriteString(name, value);
        writer.WriteEndObject();
    }
}
