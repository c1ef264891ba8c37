namespace Aspire.Hosting.ApplicationModel;

/// <summary>Options of <see cref="ResourceNotificationService"/>.</summary>
public sealed class ResourceNotificationServiceOptions
{
    /// <summary>What <see cref="ResourceNotificationService.WaitForResourceHealthyAsync(string, CancellationToken)"/> does when the resource fails or ends.</summary>
    public WaitBehavior DefaultWaitBehavior { get; set; }
}
