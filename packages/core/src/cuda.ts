import { deviceReports } from '#device';

const reports = () =>
  deviceReports().filter(({ device, available }) => /^cuda(:|$)/.test(device) && available);

/** Whether a GPU works: `torch.cuda.is_available()`. `deviceReports` says why not. */
export const isAvailable = (): boolean => reports().length > 0;

/** How many GPUs work: `torch.cuda.device_count()`. */
export const deviceCount = (): number => reports().length;
