using System.Text.Json;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Audit.Reading;
using AICodeManager.Tests.Docs;

namespace AICodeManager.Tests.Keeping.Audit.Reading;

/// <summary>
/// The export holds what the schema requires (schema.ocsf.io, 1.3.0): required attributes and "at least one" constraints of the base
/// event, of each class that is used, and of each object in them, as facts.
/// </summary>
public sealed class OcsfTests
{
    private static readonly string[] Base = ["activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid"];

    private static readonly Dictionary<int, (int Category, string[] Required, string[] OneOf, int[] Activities)> Classes = new()
    {
        [3001] = (3, ["user"], [], [.. Enumerable.Range(1, 11), 99]),
        [3002] = (3, ["user"], ["service", "dst_endpoint"], [1, 2, 3, 4, 5, 99]),
        [2004] = (2, ["finding_info"], [], [1, 2, 3, 99]),
        [6003] = (6, ["actor", "api", "src_endpoint"], [], [1, 2, 3, 4, 99]),
    };

    private static readonly Dictionary<string, (string[] Required, string[] OneOf)> Objects = new()
    {
        ["metadata"] = (["product", "version"], []),
        ["product"] = (["vendor_name"], []),
        ["user"] = ([], ["account", "name", "uid"]),
        ["actor"] = ([], ["process", "user", "invoked_by", "session", "app_name", "app_uid"]),
        ["api"] = (["operation"], []),
        ["request"] = (["uid"], []),
        ["service"] = ([], ["name", "uid"]),
        ["src_endpoint"] = ([], ["ip", "uid", "name", "hostname", "svc_name", "instance_uid", "interface_uid", "interface_name", "domain"]),
        ["finding_info"] = (["title", "uid"], []),
        ["http_request"] = ([], []),
        ["url"] = ([], []),
        ["session"] = ([], []),
    };

    [Fact]
    public void Every_event_has_what_the_schema_requires()
    {
        var used = new HashSet<int>();
        foreach (var name in Repository.FirstColumn("audit-events.md"))
        {
            foreach (var entry in Variants(name))
            {
                var written = Write(entry);
                Has(written, Base, []);
                var kind = written.GetProperty("class_uid").GetInt32();
                used.Add(kind);
                var (category, required, oneOf, activities) = Classes[kind];
                Has(written, required, oneOf);
                Assert.Equal(category, written.GetProperty("category_uid").GetInt32());
                var activity = written.GetProperty("activity_id").GetInt32();
                Assert.Contains(activity, activities);
                Assert.Equal((kind * 100) + activity, written.GetProperty("type_uid").GetInt64());
                Assert.InRange(written.GetProperty("severity_id").GetInt32(), 1, 6);
                Assert.NotEqual("", written.GetProperty("activity_name").GetString());
                Assert.Equal((entry.At, "1.3.0", name), (
                    written.GetProperty("time").GetInt64(), written.GetProperty("metadata").GetProperty("version").GetString(),
                    written.GetProperty("metadata").GetProperty("event_code").GetString()));
                Objects_have_what_they_must(written);
            }
        }

        Assert.Equal(Classes.Keys.Order(), used.Order());
    }

    [Theory]
    [InlineData("login", "success", 3002, 1, 1, "Success")]
    [InlineData("login_failed", "refused", 3002, 1, 2, "Failure")]
    [InlineData("logout", "success", 3002, 2, 1, "Success")]
    [InlineData("user_created", "success", 3001, 1, 1, "Success")]
    [InlineData("password_changed", "success", 3001, 3, 1, "Success")]
    [InlineData("account_locked", "refused", 3001, 9, 2, "Failure")]
    [InlineData("totp_enabled", "success", 3001, 10, 1, "Success")]
    [InlineData("workspace_created", "success", 6003, 1, 1, "Success")]
    [InlineData("project_accessed", "success", 6003, 2, 1, "Success")]
    [InlineData("key_revoked", "success", 6003, 4, 1, "Success")]
    [InlineData("attack_detected", "refused", 2004, 1, 1, "New")]
    [InlineData("potential_attack", "refused", 2004, 1, 1, "New")]
    public void An_event_is_of_the_class_that_collectors_look_for(string name, string outcome, int kind, int activity, int status, string caption)
    {
        var written = Write(Events.At(Events.Start, name) with { Outcome = outcome });
        Assert.Equal((kind, activity, status, caption), (
            written.GetProperty("class_uid").GetInt32(), written.GetProperty("activity_id").GetInt32(), written.GetProperty("status_id").GetInt32(),
            written.GetProperty("status").GetString()));
    }

    [Fact]
    public void What_the_schema_has_no_place_for_is_not_lost()
    {
        var written = Write(Events.At(Events.Start, "role_changed") with
        {
            ActorId = "a", SessionId = "s", KeyId = "k", RequestId = "r", Address = "192.0.2.1", ResourceType = "user", ResourceId = "u", Reason = "why", Details = """{"from":"user","to":"admin"}""",
            ChainId = "c", Sequence = 7, Link = "l",
        });
        var unmapped = written.GetProperty("unmapped");
        Assert.Equal("""{"outcome":"success","key_id":"k","details":{"from":"user","to":"admin"},"chain_id":"c","sequence":7,"link":"l"}""", unmapped.GetRawText());
        Assert.Equal(("u", "a", "s", "192.0.2.1", "r", "why"), (
            written.GetProperty("user").GetProperty("uid").GetString(), written.GetProperty("actor").GetProperty("user").GetProperty("uid").GetString(),
            written.GetProperty("actor").GetProperty("session").GetProperty("uid").GetString(), written.GetProperty("src_endpoint").GetProperty("ip").GetString(),
            written.GetProperty("metadata").GetProperty("correlation_uid").GetString(), written.GetProperty("status_code").GetString()));
    }

    private static IEnumerable<AuditEntry> Variants(string name)
    {
        var bare = Events.At(Events.Start, name);
        foreach (var outcome in (string[])["success", "refused", "failure"])
        {
            yield return bare with { Outcome = outcome };
            yield return bare with { Outcome = outcome, Address = "192.0.2.1", ResourceType = "route", ResourceId = "POST /api/v1/x", Reason = "not_found" };
            yield return bare with
            {
                Outcome = outcome, ActorId = Guid.NewGuid().ToString(), SessionId = Guid.NewGuid().ToString(), Address = "192.0.2.1", ResourceType = "user", ResourceId = Guid.NewGuid().ToString(),
            };
        }
    }

    private static void Objects_have_what_they_must(JsonElement element)
    {
        foreach (var member in element.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Object && member.Name != "unmapped"))
        {
            Assert.True(Objects.TryGetValue(member.Name, out var rule), $"No facts about the object {member.Name}.");
            Has(member.Value, rule.Required, rule.OneOf);
            Objects_have_what_they_must(member.Value);
        }
    }

    private static void Has(JsonElement element, string[] required, string[] oneOf)
    {
        Assert.All(required, name => Assert.True(element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null, $"{name} is missing in {element}"));
        Assert.True(oneOf.Length == 0 || oneOf.Any(name => element.TryGetProperty(name, out _)), $"None of {string.Join(", ", oneOf)} in {element}");
    }

    private static JsonElement Write(AuditEntry entry)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text))
            OcsfEvent.Write(writer, entry);
        return JsonElement.Parse(text.ToArray());
    }
}
