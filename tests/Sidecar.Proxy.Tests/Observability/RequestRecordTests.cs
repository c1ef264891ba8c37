using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Sidecar.Proxy.Requests;

namespace Sidecar.Proxy.Tests.Observability;

public sealed class RequestRecordTests
{
    [Fact]
    public void A_record_that_is_used_again_knows_nothing_of_the_request_before()
    {
        var record = New();
        Fill(record);

        record.Reset();

        ShouldBeLike(record, New(), except: typeof(AttemptRecord));
    }

    [Fact]
    public void An_attempt_that_is_used_again_knows_nothing_of_the_attempt_before()
    {
        var (record, target) = (New(), new TargetAddress(new("http://a"), found: null));
        Fill(record.BeginAttempt(target, 1));

        record.Reset();

        ShouldBeLike(record.BeginAttempt(target, 2), New().BeginAttempt(target, 2), except: typeof(RequestRecord));
    }

    private static FieldInfo[] Fields(object record) => record.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    private static void Fill(object record)
    {
        foreach (var field in Fields(record))
            field.SetValue(record, Other(field.FieldType));
    }

    private static void ShouldBeLike(object record, object fresh, Type except)
    {
        foreach (var field in Fields(record).Where(field => field.FieldType != except))
            field.GetValue(record).ShouldBe(field.GetValue(fresh), field.Name);
    }

    private static RequestRecord New() => new() { Method = "", Scheme = "", Host = "", Path = "", ProtocolVersion = "" };

    private static object Other(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var text when text == typeof(string) => "x",
        var flag when flag == typeof(bool) => true,
        var number when number == typeof(int) || number == typeof(long) => Convert.ChangeType(7, number, null),
        var list when list == typeof(IReadOnlyList<string>) => new[] { "x" },
        var action when action == typeof(Action) => new Action(static () => { }),
        var trace when trace == typeof(ActivityContext) => new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), default),
        var other when other.IsEnum => Enum.ToObject(other, 1),
        var other => other == typeof(DateTimeOffset) ? DateTimeOffset.UnixEpoch : other == typeof(TimeSpan) ? TimeSpan.FromDays(1) : RuntimeHelpers.GetUninitializedObject(other),
    };
}
