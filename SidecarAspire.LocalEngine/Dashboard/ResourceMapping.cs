using System.Collections;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Google.Protobuf.WellKnownTypes;
using HealthStatus = Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus;

namespace Aspire.Hosting.Dashboard;

/// <summary>Turns a resource's state into what the dashboard is told about it.</summary>
internal static class ResourceMapping
{
    /// <summary>Stands in for the value of a variable that holds a secret: the page's own mask can be lifted.</summary>
    public const string Secret = "(secret)";

    /// <summary>Maps a state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="createdByDefault">When the resource was created, if its state does not say.</param>
    public static Proto.Resource ToProto(ResourceEvent state, DateTime createdByDefault)
    {
        var snapshot = state.Snapshot;
        var resource = new Proto.Resource
        {
            Name = state.ResourceId,
            Uid = state.ResourceId,
            DisplayName = state.Resource.Name,
            ResourceType = snapshot.ResourceType,
            State = snapshot.State?.Text ?? "",
            StateStyle = snapshot.State?.Style ?? "",
            CreatedAt = ToProto(snapshot.CreationTimeStamp ?? createdByDefault),
            StartedAt = ToProto(snapshot.StartTimeStamp),
            StoppedAt = ToProto(snapshot.StopTimeStamp),
            IsHidden = snapshot.IsHidden,
        };
        if (snapshot.IconName is { } icon)
        {
            resource.IconName = icon;
            resource.IconVariant = ToProto(snapshot.IconVariant);
        }

        resource.Environment.AddRange(snapshot.EnvironmentVariables.Select(ToProto));
        resource.Urls.AddRange(snapshot.Urls.Select(ToProto));
        resource.HealthReports.AddRange(snapshot.HealthReports.Select(ToProto));
        resource.Relationships.AddRange(snapshot.Relationships.Select(r => new Proto.ResourceRelationship { ResourceName = r.ResourceName, Type = r.Type }));
        resource.Commands.AddRange(snapshot.Commands.Select(ToProto));
        resource.Properties.AddRange(PropertiesOf(state).Select(p => new Proto.ResourceProperty { Name = p.Name, Value = ToValue(p.Value), IsSensitive = p.IsSensitive }));
        return resource;
    }

    private static ResourcePropertySnapshot[] PropertiesOf(ResourceEvent state) =>
    [
        new("resource.uid", state.ResourceId),
        new("resource.name", state.ResourceId),
        new("resource.type", state.Snapshot.ResourceType),
        new("resource.displayName", state.Resource.Name),
        new("resource.state", state.Snapshot.State?.Text),
        new("resource.exitCode", state.Snapshot.ExitCode?.ToString(CultureInfo.InvariantCulture)),
        new("resource.createTime", Format(state.Snapshot.CreationTimeStamp)),
        new("resource.startTime", Format(state.Snapshot.StartTimeStamp)),
        new("resource.stopTime", Format(state.Snapshot.StopTimeStamp)),
        new("resource.healthState", state.Snapshot.HealthStatus?.ToString()),
        .. ParentOf(state.Resource),
        .. state.Snapshot.Properties,
    ];

    // The list indents a resource below its parent by this property; the relationship alone shows in the details.
    private static IEnumerable<ResourcePropertySnapshot> ParentOf(IResource resource) =>
        resource.Annotations.OfType<ResourceRelationshipAnnotation>().LastOrDefault(relationship => relationship.Type == "Parent") is { } parent
            ? [new("resource.parentName", ResourceInstanceAnnotation.IdOf(parent.Resource))]
            : [];

    private static Proto.EnvironmentVariable ToProto(EnvironmentVariableSnapshot variable) => new()
    {
        Name = variable.Name,
        Value = variable.IsSensitive ? Secret : variable.Value ?? "",
        IsFromSpec = variable.IsFromSpec,
    };

    private static Proto.Url ToProto(UrlSnapshot url) => new()
    {
        EndpointName = url.Name ?? "",
        FullUrl = url.Url,
        IsInternal = url.IsInternal,
        IsInactive = url.IsInactive,
        DisplayProperties = new() { DisplayName = url.DisplayProperties.DisplayName, SortOrder = url.DisplayProperties.SortOrder },
    };

    private static Proto.HealthReport ToProto(HealthReportSnapshot report)
    {
        var proto = new Proto.HealthReport
        {
            Key = report.Name,
            Description = report.Description ?? "",
            Exception = report.ExceptionText ?? "",
            LastRunAt = ToProto(report.LastRunAt),
        };
        if (report.Status is { } status)
        {
            proto.Status = status switch
            {
                HealthStatus.Healthy => Proto.HealthStatus.Healthy,
                HealthStatus.Degraded => Proto.HealthStatus.Degraded,
                _ => Proto.HealthStatus.Unhealthy,
            };
        }

        return proto;
    }

    private static Proto.ResourceCommand ToProto(ResourceCommandSnapshot command) => new()
    {
        Name = command.Name,
        DisplayName = command.DisplayName,
        DisplayDescription = command.DisplayDescription ?? "",
        ConfirmationMessage = command.ConfirmationMessage ?? "",
        IconName = command.IconName ?? "",
        IconVariant = ToProto(command.IconVariant),
        IsHighlighted = command.IsHighlighted,
        State = command.State switch
        {
            ResourceCommandState.Enabled => Proto.ResourceCommandState.Enabled,
            ResourceCommandState.Disabled => Proto.ResourceCommandState.Disabled,
            _ => Proto.ResourceCommandState.Hidden,
        },
    };

    private static Proto.IconVariant ToProto(IconVariant? variant) =>
        variant == IconVariant.Filled ? Proto.IconVariant.Filled : Proto.IconVariant.Regular;

    private static Timestamp? ToProto(DateTime? time) => time is { } known ? Timestamp.FromDateTime(known.ToUniversalTime()) : null;

    private static string? Format(DateTime? time) => time?.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);

    private static Value ToValue(object? value) => value switch
    {
        null => Value.ForNull(),
        string text => Value.ForString(text),
        bool flag => Value.ForBool(flag),
        int number => Value.ForNumber(number),
        IEnumerable list => Value.ForList([.. list.Cast<object?>().Select(ToValue)]),
        _ => Value.ForString(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""),
    };
}
